//! Inspecting a path, bounded reading, and writing.
//!
//! - [`Target`](telecrm_schema::target::Target) is the kind of file at a path, determined before it is opened.
//! - Reading accepts regular files, and streams that are already open (`-`, `/dev/fd/3`). It refuses named
//!   pipes and devices: opening one can block forever, and reading one may never end.
//! - Writing replaces a regular file, or creates it, in one step. Open streams and character devices are
//!   written to. A symbolic link remains a link, also if it is dangling.

mod form;
mod read;
mod temporary;
mod write;

pub(crate) use self::form::Form;
pub(crate) use self::read::{existing, is_stdin, open, read, shown, unreadable};
pub(crate) use self::write::{replace_unchanged, write};

/// Maximum size of a schema file.
pub(crate) const SCHEMA_LIMIT: u64 = telecrm_schema::SIZE_LIMIT;
