//! `verify`: reads leads back that any program sent, and compares them with their bodies.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;
use telecrm_runtime::sync::{Mismatch, MismatchKind, Verification};
use telecrm_runtime::{Error, PreparedLead};
use telecrm_schema::escaped;
use telecrm_schema::validate::Validator;

use super::read_back::{self, Sent, as_sent};
use super::{counted, duration, instant, runtime};
use crate::bodies::{self, Place};
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::{Finding, Format, Severity, json_pretty};
use crate::schema;
use crate::terminal::Terminal;

/// Read leads back that any program sent, and compare them with their JSON bodies
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file [default: the schema of the project]
    #[arg(value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Files of request bodies; `-`, or no file, reads stdin
    #[arg(value_name = "BODY")]
    bodies: Vec<PathBuf>,
    /// Time of the first request (RFC 3339); actions before it do not count [default: 24 hours ago]
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    since: Option<SystemTime>,
    /// Maximum time to wait until each lead is stored, from now on: 3, 30s, 5m
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    verify_window: Duration,
    /// Output format of the findings
    #[arg(long, value_parser = Format::of_findings(), default_value_t = Format::Human)]
    format: Format,
}

const AFTER_HELP: &str = "\
Bodies are read as by `validate`: files, or JSON lines on stdin. They are the bodies that a program
in any language has sent to the Async API. Nothing is sent. One search finds up to 100 leads.

The workspace comes from the environment: TELECRM_ENTERPRISE_ID, TELECRM_SYNC_TOKEN, and
TELECRM_SYNC_URL for a server other than telecrm's.

Examples:
  cargo telecrm verify schema/workspace.yaml sent.jsonl
  cargo telecrm verify schema/workspace.yaml sent.jsonl --since 2026-05-01T09:00:00+05:30
  cargo telecrm verify schema/workspace.yaml sent.jsonl --verify-window 0 --format json

With --format json:
  [{\"input\":\"sent.jsonl:1\",\"verdict\":\"mismatched\",
    \"mismatches\":[{\"path\":\"fields.course\",\"kind\":\"absent\"}]}]
`verdict` is \"verified\", \"mismatched\" or \"missing\"; `kind` is \"absent\" or \"differs\".

Exit codes: 0 every lead is stored as sent, 1 a lead is missing or differs, 2 failure: schema,
environment, a file or a lead that cannot be read, or no body.";

/// Result of one lead, in the form of `--format json`.
#[derive(Serialize)]
struct Row {
    input: String,
    verdict: &'static str,
    mismatches: Vec<MismatchRow>,
}

#[derive(Serialize)]
struct MismatchRow {
    path: String,
    kind: &'static str,
}

impl MismatchRow {
    fn new(mismatch: &Mismatch) -> Self {
        let kind = match mismatch.kind() {
            MismatchKind::Absent => "absent",
            _ => "differs",
        };
        Self { path: mismatch.path().to_owned(), kind }
    }
}

/// The bodies of all inputs.
#[derive(Default)]
struct Bodies {
    leads: Vec<Sent>,
    /// File and line of each lead, for annotations.
    places: Vec<(String, u64)>,
    unreadable: usize,
}

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        const NOTHING: &str = "nothing was read";

        let schema = schema::read(&schema::or_default(self.schema)?)?;
        read_back::same_enterprise(&schema, NOTHING)?;
        let now = SystemTime::now();
        let since = self.since.unwrap_or(now - Duration::from_secs(24 * 60 * 60));
        // The client counts its window from `since`.
        let elapsed = now.duration_since(since).unwrap_or_default();
        let client = read_back::client(self.verify_window.saturating_add(elapsed), NOTHING)?;
        let validator = Validator::new(&schema);
        let mut bodies = Bodies::default();
        for path in &bodies::inputs(self.bodies) {
            let read = bodies::open(path).and_then(|input| {
                bodies::for_each(&file::shown(path), input, |place, body| {
                    let body = body.map(|body| body.to_value());
                    bodies.add(place, body, &validator, schema.enterprise_id.as_deref(), since);
                })
            });
            if let Err(error) = read {
                bodies.unreadable += 1;
                Terminal::fail(&file::unreadable(path, &error));
            }
        }
        let Bodies { leads, places, mut unreadable } = bodies;
        if leads.is_empty() {
            return Err(Failure::new("there is no body to verify")
                .hint("name a file, or pipe JSON lines into stdin"));
        }
        let mut results: Vec<Option<Row>> = leads.iter().map(|_| None).collect();
        let format = self.format;
        let reading =
            read_back::read_back(&client, leads, self.verify_window, |index, place, result| {
                match row(place, &result) {
                    Ok(row) => {
                        let position = places.get(index).map(|(file, line)| (file.as_str(), *line));
                        terminal.out(shown(&row, result, position, format));
                        if let Some(slot) = results.get_mut(index) {
                            *slot = Some(row);
                        }
                    }
                    Err(error) => {
                        unreadable += 1;
                        Terminal::fail(&Failure::new(format!("{place}: {error}")));
                    }
                }
                Terminal::flush();
            });
        runtime()?.block_on(reading);
        let rows: Vec<Row> = results.into_iter().flatten().collect();
        if format == Format::Json {
            terminal.out(json_pretty(&rows));
        }
        Terminal::say(summary(&rows, unreadable));
        if unreadable > 0 {
            return Err(Failure::new(
                format!("{} not verified", counted(unreadable, "body")).replace("bodys", "bodies"),
            ));
        }
        let is_verified = rows.iter().all(|row| row.verdict == "verified");
        Ok(if is_verified { Exit::OK } else { Exit(1) })
    }
}

impl Bodies {
    fn add(
        &mut self,
        place: Place<'_>,
        body: Result<Value, String>,
        validator: &Validator,
        enterprise: Option<&str>,
        since: SystemTime,
    ) {
        let lead = body.and_then(|body| {
            let validation = validator.validate(&body).map_err(|error| error.to_string())?;
            let key =
                validation.identifier.ok_or("telecrm drops a lead without a valid identifier")?;
            let text = as_sent(&body).to_string();
            PreparedLead::from_json(enterprise, &key.to_lowercase(), &text)
                .map_err(|error| error.to_string())
        });
        match lead {
            Ok(lead) => {
                self.places.push((place.file.to_owned(), place.line));
                self.leads.push(Sent { place: place.to_string(), lead, since });
            }
            Err(reason) => {
                self.unreadable += 1;
                Terminal::fail(&Failure::new(format!("{place}: {}", escaped(&reason))));
            }
        }
    }
}

fn row(place: &str, result: &Result<Verification, Error>) -> Result<Row, String> {
    let (verdict, mismatches) = match result {
        Ok(Verification::Verified) => ("verified", Vec::new()),
        Ok(Verification::Mismatched(mismatches)) => {
            ("mismatched", mismatches.iter().map(MismatchRow::new).collect())
        }
        Ok(Verification::Missing) => ("missing", Vec::new()),
        Ok(_) => return Err("an outcome that this version does not support".to_owned()),
        Err(error) => return Err(escaped(&error.to_string())),
    };
    Ok(Row { input: place.to_owned(), verdict, mismatches })
}

/// Returns the report of one lead; JSON is printed at the end.
fn shown(
    row: &Row,
    result: Result<Verification, Error>,
    position: Option<(&str, u64)>,
    format: Format,
) -> String {
    match (format, position) {
        (Format::Json, _) => String::new(),
        (Format::Github, _) if row.verdict == "verified" => String::new(),
        (Format::Github, Some((file, line))) => {
            let (_, message) = read_back::described(&row.input, result);
            let message = message.trim_end();
            let severity = Severity::Error;
            Finding { severity, file, line, column: 1, rule: "D41", message }.annotation()
        }
        _ => read_back::described(&row.input, result).1,
    }
}

fn summary(rows: &[Row], unreadable: usize) -> String {
    let count = |verdict: &str| rows.iter().filter(|row| row.verdict == verdict).count();
    let mut parts = vec![counted(rows.len() + unreadable, "lead")];
    for verdict in ["verified", "mismatched", "missing"] {
        if count(verdict) > 0 {
            parts.push(format!("{} {verdict}", count(verdict)));
        }
    }
    if unreadable > 0 {
        parts.push(format!("{unreadable} not verified"));
    }
    parts.join(", ")
}
