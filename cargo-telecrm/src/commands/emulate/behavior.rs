//! `--behavior`: a name with its value, the JSON of a probe, or the word `list`.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use telecrm_emulator::Behavior;

use crate::exit::Failure;
use crate::file;

/// Maximum size of a probe's JSON.
const PROBE_LIMIT: u64 = 1024 * 1024;

/// One `--behavior`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    List,
    Value { name: String, value: String },
    Probe(PathBuf),
}

impl FromStr for Setting {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once('=') {
            Some((name, value)) => Self::Value { name: name.to_owned(), value: value.to_owned() },
            None if text == "list" => Self::List,
            None => Self::Probe(text.into()),
        })
    }
}

/// A row in the JSON of a probe.
#[derive(Deserialize)]
struct Row {
    /// `empty_text=clear`, if the workspace has a different behavior from the default.
    behavior: Option<String>,
}

/// Returns the names and values of all settings, in their order.
pub(super) fn values(settings: &[Setting]) -> Result<Vec<(String, String)>, Failure> {
    let mut values = Vec::new();
    for setting in settings {
        match setting {
            Setting::List => {}
            Setting::Value { name, value } => values.push((name.clone(), value.clone())),
            Setting::Probe(path) => values.extend(observed(path)?),
        }
    }
    Ok(values)
}

/// Returns the behaviors that a probe observed.
fn observed(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let hint = "a behavior is NAME=VALUE or the JSON of `cargo telecrm probe`; `--behavior list` prints \
                the names";
    let bytes = file::read(path, PROBE_LIMIT).map_err(|failure| failure.hint(hint))?;
    let rows: Vec<Row> = serde_json::from_slice(&bytes).map_err(|_| {
        Failure::new(format!("{} is not the JSON of a probe", file::shown(path))).hint(hint)
    })?;
    let mut values = Vec::new();
    for behavior in rows.into_iter().filter_map(|row| row.behavior) {
        let (name, value) = behavior.split_once('=').unwrap_or((&behavior, ""));
        let value = (name.to_owned(), value.to_owned());
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

/// Returns all behaviors with their values, one on each line.
pub(super) fn list() -> String {
    let line = |behavior: &Behavior| {
        let values = behavior.values.join("|");
        let setting = format!("{}={values}", behavior.name);
        format!("{setting:<40} {} ({})\n", behavior.subject, behavior.assumptions.join(", "))
    };
    Behavior::ALL.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_10_argument_is_a_value_a_file_or_the_list() {
        let value = Setting::Value { name: "null".to_owned(), value: "clear".to_owned() };
        assert_eq!("null=clear".parse(), Ok(value));
        assert_eq!("list".parse(), Ok(Setting::List));
        assert_eq!("probe.json".parse(), Ok(Setting::Probe("probe.json".into())));
    }
}
