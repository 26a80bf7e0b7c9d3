//! One report about the comparisons of several files.

use std::path::PathBuf;

use serde_json::json;
use telecrm_schema::escaped;

use super::{Diff, Impact, annotations, json, markdown, printed, table};
use crate::output::{Format, json_pretty};

/// Prints comparisons in a format, each with the file that its rows refer to. The report of one file
/// does not name it.
pub(crate) fn report(files: &[(PathBuf, Diff)], format: Format) -> String {
    if let [(path, diff)] = files {
        return printed(diff, path, format);
    }
    let name = |path: &PathBuf| escaped(&path.to_string_lossy());
    match format {
        Format::Json => {
            let rows = files.iter().flat_map(|(path, diff)| {
                diff.rows().iter().map(move |row| {
                    let mut row = json::row(row);
                    row["file"] = json!(path.to_string_lossy());
                    row
                })
            });
            let rows: Vec<_> = rows.collect();
            json_pretty(&json!({ "verdict": worst(files).name(), "rows": rows }))
        }
        Format::Github => {
            files.iter().map(|(path, diff)| annotations::annotations(diff, path)).collect()
        }
        Format::Markdown => {
            let section = |(path, diff): &(PathBuf, Diff)| {
                [format!("### {}\n\n", name(path)), markdown::markdown(diff), "\n".to_owned()]
            };
            files.iter().flat_map(section).collect()
        }
        Format::Human => {
            let changed = files.iter().filter(|(_, diff)| !diff.rows().is_empty());
            changed.flat_map(|(path, diff)| [name(path), "\n".to_owned(), table(diff)]).collect()
        }
    }
}

/// The most severe impact of all files.
pub(crate) fn worst(files: &[(PathBuf, Diff)]) -> Impact {
    let impacts = files.iter().map(|(_, diff)| diff.impact());
    impacts.max().unwrap_or(Impact::None)
}
