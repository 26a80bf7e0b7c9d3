//! Sources of bodies: files, or stdin.

use std::io::{self, IsTerminal as _, Read, stdin};
use std::path::{Path, PathBuf};

use crate::file;
use crate::terminal::Terminal;

/// Returns the inputs; stdin (`-`) if there are no files.
pub(crate) fn inputs(files: Vec<PathBuf>) -> Vec<PathBuf> {
    if files.is_empty() { vec![PathBuf::from("-")] } else { files }
}

pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if file::is_stdin(path) && stdin().is_terminal() {
        Terminal::say("reading JSON bodies from the terminal; Ctrl-D ends them");
    }
    file::open(path)
}
