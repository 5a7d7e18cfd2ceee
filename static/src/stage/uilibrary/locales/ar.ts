// The UI Library's Arabic texts; see en-GB.ts.
export { default as component } from '../../../../node_modules/@azure/communication-react/dist/dist-esm/react-components/src/localization/locales/ar-SA/strings.json';
export { default as composite } from '../../../../node_modules/@azure/communication-react/dist/dist-esm/react-composites/src/composites/localization/locales/ar-SA/strings.json';
