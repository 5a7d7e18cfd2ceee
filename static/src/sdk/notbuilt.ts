/** Reports that this build lacks the SDK for a ticket. Pages recognise it by its name, because it comes from another bundle. */
export class NotInThisBuild extends Error {
  override readonly name = 'NotInThisBuild';
}
