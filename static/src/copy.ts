/** Copies the text of a box. Where the browser forbids copying, selects the text and resolves to false. */
export async function copyText(box: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    box.focus();
    box.select();
    return false;
  }
}
