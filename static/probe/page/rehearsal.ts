import { createRehearsalSDK } from '../../src/rehearsal/index.ts';
import { answer } from './answer.ts';
import type { SDK } from './sdk.ts';

const socketUrl = new URLSearchParams(location.search).get('socket') ?? '';
// Microsoft's classes have private members, so no other class is assignable to their types.
void answer(createRehearsalSDK({ socketUrl }) as unknown as SDK);
