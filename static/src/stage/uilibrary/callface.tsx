import { CallComposite } from '@azure/communication-react';
import { commonProps, type OpenFace } from './face.ts';

/** A call without chat. */
export const openFace: OpenFace = (call) => ({
  adapter: call,
  render: (look) => <CallComposite adapter={call} {...commonProps(look)} options={look.options} />,
});
