import path from 'node:path';

// Package → our stand-in, and the one file that may have the real package.
const seams = {
  '@azure/communication-calling': ['src/sdk/calling.ts', 'src/sdk/microsoftcalling.ts'],
  '@azure/communication-chat': ['src/sdk/chat.ts', 'src/sdk/microsoftchat.ts'],
};

/**
 * Gives everyone who imports Microsoft's two SDKs our live bindings in their place (src/sdk). Without it a dynamic
 * import() does not part them from the call: the UI Library imports enums from the Calling SDK in files that every
 * composite needs, and esbuild divides by file.
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
 * Leaves out background effects and noise suppression: 6.7 MB of WebAssembly behind buttons that we do not show. The
 * library only imports them in functions that nobody calls, but esbuild makes a file of every import() it meets.
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

// What the UI Library's files with these names contain in the bundle. A side effect is that breakout rooms are offered by
// their button and banner alone.
const silent = {
  NotificationStack: 'export const NotificationStack = () => null;',
  ErrorBar: 'export const ErrorBar = () => null;',
  CapabilitiesChangedNotificationBar: 'export const CapabilitiesChangedNotificationBar = () => null;',
  // Reports no lost connection: the pictures stay where the library would show a page that says "Hold on".
  networkReconnectTileSelector: 'const healthy = {};\nexport const networkReconnectTileSelector = () => healthy;',
};

/**
 * Replaces the UI Library's toasts, bars and "Hold on" page by nothing. The page says everything important once, in its own
 * words, and only one of the library's two composites has options that turn its messages off.
 */
export function quiet() {
  return {
    name: 'quiet',
    setup(build) {
      const names = Object.keys(silent).join('|');
      build.onLoad({ filter: new RegExp(`/communication-react/.*/(${names})\\.js$`) }, ({ path: file }) => ({
        contents: silent[path.parse(file).name],
      }));
    },
  };
}

// What the UI Library's control bar is changed to, by file: what is there, and what takes its place.
const barChanges = {
  CommonCallControlBar: [
    ["options.displayType = 'compact';", ''],
    ['"data-ui-id": "common-call-composite-more-button",', '"data-ui-id": "common-call-composite-more-button", showLabel: true,'],
    ['React.createElement(DesktopMoreButton, {', 'React.createElement(DesktopMoreButton, { showLabel: true,'],
    ['displayType: "compact", mobileView', 'mobileView'],
    ['{ ref: controlBarSizeRef }', '{ ref: controlBarSizeRef, "data-ui-id": "control-bar" }'],
  ],
  // On a phone the library shows icons alone.
  Utils: [["reduceCallControlOptions.displayType = 'compact';", '']],
  // The library keeps one place for a button of ours and puts the chat there. Captions and devices must not hide under More.
  CustomButton: [['MAX_PRIMARY_MOBILE_CUSTOM_BUTTONS: 1', 'MAX_PRIMARY_MOBILE_CUSTOM_BUTTONS: 3']],
};

/**
 * Returns the text of a file of the UI Library, changed where it is the control bar's: every button gets its name, and our
 * own buttons a place, which its options do not allow on a phone. Throws if a new version has other code in these places.
 */
export function nameButtons(file, text) {
  const changes = /\/(common\/ControlBar|CallComposite\/utils)\//.test(file) ? barChanges[path.parse(file).name] : undefined;
  return (changes ?? []).reduce((changed, [from, to]) => {
    const parts = changed.split(from);
    if (parts.length !== 2) throw new Error(`change the control bar: found ${parts.length - 1} times: ${from}`);
    return parts.join(to);
  }, text);
}

/**
 * Leaves out files of ours that others import() only when they need them: in their place the build has a module that
 * says so when it is evaluated.
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
