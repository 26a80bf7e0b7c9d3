//! How a path is looked at, read within a bound, and written.
//!
//! - [`Target`](telecrm_schema::target::Target) says what a path leads to; nothing is opened before.
//! - Reading takes regular files, and streams that are open already (`-`, `/dev/fd/3`). A named pipe
//!   or a device is refused: opening one can block for ever, reading one may never end.
//! - Writing replaces an absent path or a regular file in one step, and writes into open streams and
//!   character devices. A symbolic link stays one, dangling or not.

mod form;
mod read;
mod temporary;
mod write;

pub(crate) use self::form::Form;
pub(crate) use self::read::{existing, holds, is_stdin, open, read, shown, unreadable};
pub(crate) use self::write::{replace_unchanged, write};

/// The largest schema file.
pub(crate) const SCHEMA_LIMIT: u64 = telecrm_schema::SIZE_LIMIT;
