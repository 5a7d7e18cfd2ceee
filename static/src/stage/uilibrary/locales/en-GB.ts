// The UI Library's British texts, fetched beside the call. They are imported by path because the names that the package
// exports lead to index files that carry every language.
export { default as component } from '../../../../node_modules/@azure/communication-react/dist/dist-esm/react-components/src/localization/locales/en-GB/strings.json';
export { default as composite } from '../../../../node_modules/@azure/communication-react/dist/dist-esm/react-composites/src/composites/localization/locales/en-GB/strings.json';
