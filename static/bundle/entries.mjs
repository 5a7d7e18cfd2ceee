// The entry points of the bundle: the one list of the scripts and stylesheets that pages name.

/** Scripts of pages without a call, by the name that pages use. Each is one small file. */
export const pageScripts = {
  'visit.js': 'src/visit/visit.ts',
  'check.js': 'src/check/check.ts',
  'try.js': 'src/try/try.ts',
  'desk.js': 'src/desk/desk.ts',
  'host.js': 'src/host/host.ts',
  'staff.js': 'src/staff/staff.ts',
};

/** Scripts of the call, which share chunks. */
export const callScripts = {
  'callpage.js': 'src/visit/callpage.ts',
  'stage.js': 'src/stage/stage.ts',
};

export const stylesheets = {
  'visit.css': 'css/visit.css',
  'check.css': 'css/check.css',
  'desk.css': 'css/desk.css',
};

/** Modules that the call imports only when it needs them. */
export const callFace = 'src/stage/uilibrary/callface.tsx';
export const chatFace = 'src/stage/uilibrary/chatface.tsx';
export const callingSDK = 'src/sdk/microsoftcalling.ts';
export const chatSDK = 'src/sdk/microsoftchat.ts';
export const rehearsalSDK = 'src/rehearsal/index.ts';
export const localePrefix = 'src/stage/uilibrary/locales/';
