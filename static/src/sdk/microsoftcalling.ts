// Microsoft's Calling SDK, as a chunk of its own. Only here does the build resolve the package itself.
export { CallClient, Features, LocalVideoStream, VideoStreamRenderer } from '@azure/communication-calling';
