// Azure's identifiers and credentials, as a script of its own: the Calling SDK's file and the UI Library share them.
export * from '@azure/communication-common';
