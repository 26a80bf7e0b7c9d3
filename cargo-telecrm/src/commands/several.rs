//! Commands for several schemas: a failure of one does not end the command.

use std::path::{Path, PathBuf};

use crate::exit::Failure;
use crate::file;
use crate::terminal::Terminal;

/// The result of each file, or the message of its failure.
pub(super) type Results<T> = Vec<(PathBuf, Result<T, String>)>;

/// Runs a command for each file.
///
/// Also returns the failure of the command. With several files, each failure is printed when it occurs.
pub(super) fn for_each<T>(
    files: Vec<PathBuf>,
    mut run: impl FnMut(&Path) -> Result<T, Failure>,
) -> (Results<T>, Result<(), Failure>) {
    let (count, mut failed) = (files.len(), 0);
    let mut results = Vec::new();
    let mut outcome = Ok(());
    for path in files {
        let result = run(&path).map_err(|failure| {
            let message = failure.to_string();
            if count == 1 {
                outcome = Err(failure);
            } else {
                failed += 1;
                Terminal::fail(&failure.about(&file::shown(&path)));
                outcome = Err(Failure::new(format!("{failed} of {count} schemas failed")));
            }
            message
        });
        results.push((path, result));
    }
    (results, outcome)
}
