//! Reports on one body, human-readable or for other programs, and the summary of all bodies.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::AnsiColor;
use serde::Serialize;
use telecrm_schema::escaped;
use telecrm_schema::validate::{DropRule, Validation, Violation};

use crate::bodies::Place;
use crate::commands::counted_violations;
use crate::output::{Finding, Format, Severity, json_line};
use crate::terminal::bold;

/// telecrm's treatment of one body.
#[derive(Debug)]
pub(in crate::commands) enum Report {
    /// telecrm returns 200, and stores the lead or drops it.
    Queued(Validation),
    /// telecrm returns 400.
    Refused { reason: String },
}

/// A line of `--format json`: the emulator's form of a delivery, with a place.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    lead: &'static str,
    identifier: Option<&'a str>,
    drops: &'a [Violation],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl Report {
    pub(in crate::commands) fn of(validation: Result<Validation, String>) -> Self {
        validation.map_or_else(|reason| Self::Refused { reason }, Self::Queued)
    }

    /// Whether telecrm keeps every value unchanged. There may be warnings.
    pub(in crate::commands) fn is_clean(&self) -> bool {
        self.identifier().is_some() && self.drops().iter().all(Violation::is_warning)
    }

    /// Whether there is nothing to report.
    pub(in crate::commands) fn is_silent(&self) -> bool {
        self.is_clean() && self.drops().is_empty()
    }

    fn lead(&self) -> &'static str {
        match self {
            Self::Queued(Validation { identifier: Some(_), .. }) => "stored",
            Self::Queued(_) => "dropped",
            Self::Refused { .. } => "refused",
        }
    }

    fn identifier(&self) -> Option<&str> {
        match self {
            Self::Queued(validation) => validation.identifier.as_deref(),
            Self::Refused { .. } => None,
        }
    }

    fn drops(&self) -> &[Violation] {
        match self {
            Self::Queued(validation) => &validation.violations,
            Self::Refused { .. } => &[],
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Queued(_) => None,
            Self::Refused { reason } => Some(reason),
        }
    }

    /// The report on a body with violations, in whole lines.
    pub(in crate::commands) fn shown(&self, place: Place<'_>, format: Format) -> String {
        match format {
            Format::Json => self.json(place),
            Format::Github => self.annotations(place),
            _ => self.human(place),
        }
    }

    fn annotations(&self, place: Place<'_>) -> String {
        let annotation = |severity, rule: &str, message: &str| {
            let Place { file, line, .. } = place;
            Finding { severity, file, line, column: 1, rule, message }.annotation()
        };
        match self {
            Self::Refused { reason } => annotation(Severity::Error, "refused with 400", reason),
            Self::Queued(validation) => {
                let violations = validation.violations.iter();
                violations
                    .map(|violation| {
                        let message = format!("{}: {}", violation.path, violation.reason);
                        let is_warning = violation.is_warning();
                        let severity = if is_warning { Severity::Warning } else { Severity::Error };
                        annotation(severity, violation.rule.id(), &message)
                    })
                    .collect()
            }
        }
    }

    fn json(&self, place: Place<'_>) -> String {
        let line = Json {
            place,
            lead: self.lead(),
            identifier: self.identifier(),
            drops: self.drops(),
            reason: self.reason(),
        };
        json_line(&line)
    }

    fn human(&self, place: Place<'_>) -> String {
        let (red, name) = (bold(AnsiColor::Red), bold(AnsiColor::Cyan));
        let mut text = format!("{name}{place}{name:#}: ");
        // Writing to a `String` cannot fail.
        let _ = match self {
            Self::Refused { reason } => {
                writeln!(text, "{red}refused{red:#} with 400: {}", escaped(reason))
            }
            Self::Queued(Validation { identifier: Some(_), violations, .. }) => {
                writeln!(text, "stored, with {}", counted_violations(violations))
            }
            Self::Queued(_) => writeln!(text, "{red}the whole lead is dropped{red:#}"),
        };
        let yellow = bold(AnsiColor::Yellow);
        for violation in self.drops() {
            let (path, reason) = (escaped(&violation.path), escaped(&violation.reason));
            let rule = violation.rule;
            let _ = if violation.is_warning() {
                writeln!(text, "  {yellow}warning: {rule}{yellow:#} {path}: {reason}")
            } else {
                writeln!(text, "  {red}{rule}{red:#} {path}: {reason}")
            };
        }
        text
    }
}

/// Numbers of bodies and violations.
#[derive(Debug, Default)]
pub(super) struct Summary {
    bodies: usize,
    with_drops: usize,
    lost: usize,
    refused: usize,
    with_warnings: usize,
    codes: BTreeMap<DropRule, u64>,
}

impl Summary {
    pub(super) fn count(&mut self, report: &Report) {
        self.bodies += 1;
        match report {
            Report::Refused { .. } => self.refused += 1,
            Report::Queued(_) if report.is_clean() => {
                self.with_warnings += usize::from(!report.is_silent());
            }
            Report::Queued(Validation { identifier: Some(_), .. }) => self.with_drops += 1,
            Report::Queued(_) => self.lost += 1,
        }
        for drop in report.drops() {
            *self.codes.entry(drop.rule).or_default() += 1;
        }
    }

    /// Whether there was no body.
    pub(super) fn is_empty(&self) -> bool {
        self.bodies == 0
    }

    /// The rules of all violations, each listed once.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static str> {
        self.codes.keys().map(|rule| rule.id())
    }

    pub(super) fn is_clean(&self) -> bool {
        self.with_drops + self.lost + self.refused == 0
    }

    /// `12 bodies: 3 with drops, 1 dropped whole, 1 refused (D01 2, D06 1, D19 1)`
    pub(super) fn text(&self) -> String {
        let bodies = match self.bodies {
            1 => "1 body".to_owned(),
            more => format!("{more} bodies"),
        };
        let losses = [
            (self.with_drops, "with drops"),
            (self.lost, "dropped whole"),
            (self.refused, "refused"),
            (self.with_warnings, "with warnings only"),
        ];
        let losses = losses.iter().filter(|(count, _)| *count > 0);
        let mut losses: Vec<_> = losses.map(|(count, loss)| format!("{count} {loss}")).collect();
        if self.is_clean() {
            losses.insert(0, "nothing dropped".to_owned());
        }
        let codes: Vec<_> =
            self.codes.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let codes =
            if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
        format!("{bodies}: {}{codes}", losses.join(", "))
    }
}
