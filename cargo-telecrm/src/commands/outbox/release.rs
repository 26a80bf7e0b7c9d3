//! Corrected body of a held lead: validated against the schema before anything is stored.

use std::path::{Path, PathBuf};

use serde_json::Value;
use telecrm_runtime::PreparedLead;
use telecrm_schema::validate::Validator;

use crate::bodies::{self, Place};
use crate::commands::validate::report::Report;
use crate::exit::Failure;
use crate::file;
use crate::output::Format;
use crate::schema;
use crate::terminal::Terminal;

/// The lead of a body. Prints the reasons if telecrm would drop a part of it.
pub(super) fn lead(
    schema: Option<PathBuf>,
    body: &Path,
    terminal: &mut Terminal,
) -> Result<PreparedLead, Failure> {
    let schema = schema::read(&schema::or_default(schema)?)?;
    let validator = Validator::new(&schema);
    let name = file::shown(body);
    let (line, value) = read(body, &name)?;
    let validation = validator
        .validate_with_advice(&(&value).into())
        .map_err(|reason| Failure::new(format!("{name} is not a lead: {reason}")))?;
    let lead_key = validation.identifier.clone().unwrap_or_default();
    let report = Report::Queued(validation);
    if !report.is_silent() {
        let place = Place { file: &name, line, index: None };
        terminal.out(report.shown(place, Format::Human));
    }
    if !report.is_clean() {
        return Err(Failure::new(format!("telecrm would drop a part of {name}"))
            .hint("nothing was stored; correct the body first"));
    }
    let lead_key = lead_key.trim_start_matches('+').to_lowercase();
    let enterprise = schema.enterprise_id.as_deref();
    PreparedLead::from_json(enterprise, &lead_key, &value.to_string())
        .map_err(|error| Failure::new(format!("{name}: {error}")))
}

/// The only value of a file, and its line.
fn read(body: &Path, name: &str) -> Result<(u64, Value), Failure> {
    let mut values = Vec::new();
    let mut broken = None;
    let input = bodies::open(body);
    let read = input.and_then(|input| {
        bodies::for_each(name, input, |place, value| match value {
            Ok(value) => values.push((place.line, value.to_value())),
            Err(reason) => broken = Some(reason),
        })
    });
    read.map_err(|error| file::unreadable(body, &error))?;
    match (values.pop(), broken) {
        (Some(value), None) if values.is_empty() => Ok(value),
        (_, Some(reason)) => Err(Failure::new(format!("{name} is not JSON: {reason}"))),
        _ => Err(Failure::new(format!("{name} does not contain exactly one body"))),
    }
}
