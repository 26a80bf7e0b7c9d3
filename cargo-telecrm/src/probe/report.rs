//! Results of the rows, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use telecrm_schema::escaped;
use telecrm_schema::validate::{Assumption, Provenance};

use super::plan::Plan;
use super::verdict::{Judged, Verdict};
use crate::output::json_pretty;

/// Result of one row, in the form of `--format json`.
#[derive(Serialize)]
struct Row {
    id: &'static str,
    assumption: &'static str,
    provenance: Provenance,
    verdict: Verdict,
    observed: String,
    /// `empty_text=clear`: the value of `emulate --behavior` for this workspace.
    behavior: Option<String>,
    /// The identifiers of the leads that the row sent.
    leads: Vec<String>,
}

/// Results of all rows so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds a row, and returns its text.
    pub(crate) fn add(
        &mut self,
        assumption: &'static Assumption,
        judged: Judged,
        leads: Vec<String>,
    ) -> String {
        let behavior = judged.behavior(assumption);
        let Judged { verdict, observed, .. } = judged;
        let Assumption { id, sentence, provenance, .. } = *assumption;
        let mut text = format!("{id} {:<8} {sentence} ({provenance})\n", verdict.word());
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "             {}", escaped(&observed));
        if let Some(behavior) = &behavior {
            let _ = writeln!(text, "             --behavior {behavior}");
        }
        self.rows.push(Row {
            id,
            assumption: sentence,
            provenance,
            verdict,
            observed,
            behavior,
            leads,
        });
        text
    }

    pub(crate) fn json(&self) -> String {
        json_pretty(&self.rows)
    }

    pub(crate) fn has_differences(&self) -> bool {
        self.count(Verdict::Differs) > 0
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// Returns the identifiers of all leads that the probe sent.
    pub(crate) fn leads(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| &row.leads).map(String::as_str)
    }

    /// `45 rows: 30 hold, 1 differs, 2 unclear, 12 skipped`
    pub(crate) fn summary(&self) -> String {
        let verdicts = [Verdict::Holds, Verdict::Differs, Verdict::Unclear, Verdict::Skipped];
        let counts = verdicts.map(|verdict| format!("{} {}", self.count(verdict), verdict.word()));
        format!("{} rows: {}", self.rows.len(), counts.join(", "))
    }
}

/// The changes that the plans would make to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) leads: usize,
    pub(crate) actions: usize,
    pub(crate) labels: usize,
}

impl Totals {
    pub(crate) fn of(plans: &[Plan]) -> Self {
        Self {
            leads: plans.iter().map(|plan| plan.leads.len()).sum(),
            actions: plans.iter().map(|plan| plan.actions).sum(),
            labels: plans.iter().map(|plan| plan.labels).sum(),
        }
    }
}
