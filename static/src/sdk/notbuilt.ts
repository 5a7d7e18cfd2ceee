/** Says that this build lacks the SDK a ticket needs. The page recognises it by its name, for it comes from another bundle. */
export class NotInThisBuild extends Error {
  override readonly name = 'NotInThisBuild';
}
