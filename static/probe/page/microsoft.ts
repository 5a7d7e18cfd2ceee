import * as acs from '@azure/communication-calling';
import { answer } from './answer.ts';

void answer(acs);
