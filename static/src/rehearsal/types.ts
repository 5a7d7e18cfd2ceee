/** The public half of a class: Microsoft's classes have private members, which would make their types nominal. */
export type Public<T> = Pick<T, keyof T>;

/** The members of `Theirs` that `Ours` lacks: `never` when it has them all. */
export type Missing<Ours, Theirs> = Exclude<keyof Theirs, keyof Ours>;

/** Stops compiling when `T` is anything but `never`. */
export type Nothing<T extends never> = T;
