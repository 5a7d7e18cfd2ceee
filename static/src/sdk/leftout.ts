// Replaces an SDK that a build leaves out. Importing it fails.
import { NotInThisBuild } from './notbuilt.ts';

throw new NotInThisBuild('pick the SDK: this build has been made without it');
