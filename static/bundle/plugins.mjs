import path from 'node:path';

// Package → our stand-in, and the only file that may import the real package.
const seams = {
  '@azure/communication-calling': ['src/sdk/calling.ts', 'src/sdk/microsoftcalling.ts'],
  '@azure/communication-chat': ['src/sdk/chat.ts', 'src/sdk/microsoftchat.ts'],
};

/**
 * Makes every import of Microsoft's two SDKs import our live bindings instead (src/sdk). Without this plugin a dynamic
 * import() could not split the SDKs from the call: the UI Library imports enums from the Calling SDK in files that every
 * composite needs, and esbuild splits by file.
 */
export function standIns(root) {
  return {
    name: 'stand-ins',
    setup(build) {
      build.onResolve({ filter: /^@azure\/communication-(calling|chat)$/ }, (args) => {
        const [standIn, owner] = seams[args.path];
        if (args.importer === path.join(root, owner)) return undefined;
        return { path: path.join(root, standIn) };
      });
    },
  };
}

/**
 * Leaves out background effects and noise suppression: 6.7 MB of WebAssembly for buttons that we do not show. The library
 * imports them only in functions that are never called, but esbuild makes a file of every import().
 */
export function noEffects() {
  return {
    name: 'no-effects',
    setup(build) {
      build.onResolve({ filter: /^@azure\/communication-calling-effects$/ }, (args) => ({
        path: args.path,
        namespace: 'left-out',
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
      build.onResolve({ filter: /\/resolve(VideoEffect|DeepNoiseSuppression)DependencyLazy$/ }, (args) => ({
        path: args.path,
        namespace: 'left-out',
        sideEffects: false,
      }));
    },
  };
}

// The UI Library's files that the bundle replaces, by name. A side effect: only the button and the banner of breakout rooms
// remain.
const notifications = {
  NotificationStack: 'export const NotificationStack = () => null;',
  ErrorBar: 'export const ErrorBar = () => null;',
  CapabilitiesChangedNotificationBar: 'export const CapabilitiesChangedNotificationBar = () => null;',
  // Never reports a lost connection, so the videos stay where the library would show its "Hold on" page.
  networkReconnectTileSelector: 'const healthy = {};\nexport const networkReconnectTileSelector = () => healthy;',
};

/**
 * Removes the UI Library's toasts, bars and "Hold on" page. The page itself shows everything important once, in its own
 * words, and only one of the library's two composites has options that turn its messages off.
 */
export function noNotifications() {
  return {
    name: 'no-notifications',
    setup(build) {
      const names = Object.keys(notifications).join('|');
      build.onLoad({ filter: new RegExp(`/communication-react/.*/(${names})\\.js$`) }, ({ path: file }) => ({
        contents: notifications[path.parse(file).name],
      }));
    },
  };
}

// Changes to the UI Library's control bar by file: the original text, and its replacement.
const barChanges = {
  CommonCallControlBar: [
    ["options.displayType = 'compact';", ''],
    ['"data-ui-id": "common-call-composite-more-button",', '"data-ui-id": "common-call-composite-more-button", showLabel: true,'],
    ['React.createElement(DesktopMoreButton, {', 'React.createElement(DesktopMoreButton, { showLabel: true,'],
    ['displayType: "compact", mobileView', 'mobileView'],
    ['{ ref: controlBarSizeRef }', '{ ref: controlBarSizeRef, "data-ui-id": "control-bar" }'],
  ],
  // On a phone the library would show icons only.
  Utils: [["reduceCallControlOptions.displayType = 'compact';", '']],
  // The library has one place for our own buttons, which the chat takes. Captions and devices must not move into More.
  CustomButton: [['MAX_PRIMARY_MOBILE_CUSTOM_BUTTONS: 1', 'MAX_PRIMARY_MOBILE_CUSTOM_BUTTONS: 3']],
};

/**
 * Returns the text of a UI Library file, with changes if it belongs to the control bar: every button shows its name, and
 * our own buttons have a place. The library's options do not allow that on a phone. Throws if a new version has different
 * code.
 */
export function changeControlBar(file, text) {
  const changes = /\/(common\/ControlBar|CallComposite\/utils)\//.test(file) ? barChanges[path.parse(file).name] : undefined;
  return (changes ?? []).reduce((changed, [from, to]) => {
    const parts = changed.split(from);
    if (parts.length !== 2) throw new Error(`change the control bar: found ${parts.length - 1} times: ${from}`);
    return parts.join(to);
  }, text);
}

/**
 * Leaves out our own files that are only imported dynamically. An import() of one gets a module that throws when it is
 * evaluated.
 */
export function leaveOut(root, entries) {
  const left = new Set(entries.map((entry) => path.join(root, entry)));
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path: file, resolveDir }) =>
        left.has(path.join(resolveDir, file)) ? { path: path.join(root, 'src/sdk/leftout.ts') } : undefined,
      );
    },
  };
}
