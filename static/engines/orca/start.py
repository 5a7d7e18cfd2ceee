# Starts Orca with a voice that writes each utterance as a line, at once: nothing waits for speech or is lost in a rush.
import os
import runpy
import shutil
from orca import orca, speech


def write(text, acss=None, interrupt=True):
    with open(os.path.expanduser("~/spoken.txt"), "a") as spoken:
        spoken.write(" ".join(text.split()) + "\n")


speech.init = lambda: None
speech._speak = write
runpy.run_path(shutil.which("orca"), run_name="__main__")
