// What a build has in the place of an SDK that it leaves out: to import it is to learn so.
import { NotInThisBuild } from './notbuilt.ts';

throw new NotInThisBuild('pick the SDK: this build has been made without it');
