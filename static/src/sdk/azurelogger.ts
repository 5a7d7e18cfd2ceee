// Azure's logger, as a script of its own: the Calling SDK's file imports it, and so does everything else that logs.
export * from '@azure/logger';
