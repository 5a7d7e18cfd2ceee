// Microsoft's Chat SDK, as a chunk of its own. Only here does the build resolve the package itself.
export { ChatClient } from '@azure/communication-chat';
