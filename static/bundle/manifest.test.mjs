import { expect, it } from 'vitest';
import { manifest } from './manifest.mjs';

const statically = (...names) => names.map((name) => ({ path: `dist/assets/${name}`, kind: 'import-statement' }));
const dynamically = (...names) => names.map((name) => ({ path: `dist/assets/${name}`, kind: 'dynamic-import' }));

const metafile = {
  outputs: {
    'dist/assets/visit-1.js': { entryPoint: 'src/visit/visit.ts', imports: [] },
    'dist/assets/check-1.js': { entryPoint: 'src/check/check.ts', imports: [] },
    'dist/assets/desk-1.js': { entryPoint: 'src/desk/desk.ts', imports: [] },
    'dist/assets/desk-1.css': { entryPoint: 'css/desk.css', imports: [] },
    'dist/assets/check-1.css': { entryPoint: 'css/check.css', imports: [] },
    'dist/assets/try-1.js': { entryPoint: 'src/try/try.ts', imports: [] },
    'dist/assets/host-1.js': { entryPoint: 'src/host/host.ts', imports: [] },
    'dist/assets/staff-1.js': { entryPoint: 'src/staff/staff.ts', imports: [] },
    'dist/assets/visit-1.css': { entryPoint: 'css/visit.css', imports: [] },
    'dist/assets/callpage-1.js': { entryPoint: 'src/visit/callpage.ts', imports: statically('chunk-stage.js') },
    'dist/assets/stage-1.js': { entryPoint: 'src/stage/stage.ts', imports: statically('chunk-stage.js') },
    'dist/assets/chunk-stage.js': {
      imports: [...statically('chunk-a.js'), ...dynamically('callface-1.js', 'chatface-1.js', 'sdk-1.js', 'index-1.js')],
    },
    'dist/assets/chunk-a.js': { imports: statically('chunk-b.js') },
    'dist/assets/chunk-b.js': { imports: statically('chunk-a.js') },
    'dist/assets/chunk-chat.js': { imports: [] },
    'dist/assets/callface-1.js': { entryPoint: 'src/stage/uilibrary/callface.tsx', imports: statically('chunk-a.js') },
    'dist/assets/chatface-1.js': {
      entryPoint: 'src/stage/uilibrary/chatface.tsx',
      imports: statically('chunk-a.js', 'chunk-chat.js'),
    },
    'dist/assets/sdk-1.js': { entryPoint: 'src/sdk/microsoftcalling.ts', imports: statically('chunk-b.js') },
    'dist/assets/chatsdk-1.js': { entryPoint: 'src/sdk/microsoftchat.ts', imports: [] },
    'dist/assets/index-1.js': { entryPoint: 'src/rehearsal/index.ts', imports: statically('chunk-b.js') },
    'dist/assets/en-GB-1.js': { entryPoint: 'src/stage/uilibrary/locales/en-GB.ts', imports: statically('chunk-b.js') },
  },
};

it('lists for each kind of call what it imports, and nothing else', () => {
  expect(manifest(metafile, { 'favicon.svg': 'favicon-1.svg' })).toEqual({
    files: {
      'callpage.js': 'callpage-1.js',
      'check.css': 'check-1.css',
      'check.js': 'check-1.js',
      'desk.css': 'desk-1.css',
      'desk.js': 'desk-1.js',
      'favicon.svg': 'favicon-1.svg',
      'host.js': 'host-1.js',
      'staff.js': 'staff-1.js',
      'stage.js': 'stage-1.js',
      'try.js': 'try-1.js',
      'visit.css': 'visit-1.css',
      'visit.js': 'visit-1.js',
    },
    call: ['callpage-1.js', 'callface-1.js', 'sdk-1.js', 'chunk-stage.js', 'chunk-a.js', 'chunk-b.js'],
    chat: [
      'callpage-1.js',
      'chatface-1.js',
      'sdk-1.js',
      'chatsdk-1.js',
      'chunk-stage.js',
      'chunk-a.js',
      'chunk-chat.js',
      'chunk-b.js',
    ],
    rehearsalCall: ['callpage-1.js', 'callface-1.js', 'index-1.js', 'chunk-stage.js', 'chunk-a.js', 'chunk-b.js'],
    rehearsal: ['callpage-1.js', 'chatface-1.js', 'index-1.js', 'chunk-stage.js', 'chunk-a.js', 'chunk-chat.js', 'chunk-b.js'],
    locales: { 'en-GB': ['en-GB-1.js'] },
  });
});

it('has an empty list for a call whose SDK is left out, and no files that are left out', () => {
  const { 'dist/assets/sdk-1.js': _sdk, 'dist/assets/host-1.js': _host, ...outputs } = metafile.outputs;
  const { files, call, chat, rehearsal } = manifest({ outputs }, {}, ['src/sdk/microsoftcalling.ts', 'src/host/host.ts']);
  expect({ call, chat }).toEqual({ call: [], chat: [] });
  expect(rehearsal).toContain('index-1.js');
  expect(Object.keys(files)).toEqual([
    'callpage.js',
    'check.css',
    'check.js',
    'desk.css',
    'desk.js',
    'staff.js',
    'stage.js',
    'try.js',
    'visit.css',
    'visit.js',
  ]);
});

it('throws when an entry is not an output of its own', () => {
  const { 'dist/assets/sdk-1.js': _gone, ...outputs } = metafile.outputs;
  expect(() => manifest({ outputs }, {})).toThrow('src/sdk/microsoftcalling.ts');
});
