//! Verdicts of rows, with their observations.

use serde::Serialize;
use serde_json::Value;
use telecrm_schema::validate::{Assumption, Behavior};

/// Maximum number of characters of a value in a report.
const MAX_SHOWN: usize = 40;

/// Result of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Holds,
    Differs,
    Unclear,
    Skipped,
}

impl Verdict {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Differs => "differs",
            Self::Unclear => "unclear",
            Self::Skipped => "skipped",
        }
    }
}

/// A verdict with its reason.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// The observation, without data of other leads.
    pub(crate) observed: String,
    /// The value of the row's [`Behavior`] that was observed, if the row differs.
    value: Option<&'static str>,
}

impl Judged {
    pub(crate) fn holds(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Holds, observed: observed.into(), value: None }
    }

    /// `value` is the observed value of the row's behavior, if it has a name.
    pub(crate) fn differs(observed: impl Into<String>, value: Option<&'static str>) -> Self {
        Self { verdict: Verdict::Differs, observed: observed.into(), value }
    }

    pub(crate) fn unclear(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Unclear, observed: observed.into(), value: None }
    }

    pub(crate) fn skipped(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, observed: observed.into(), value: None }
    }

    /// Returns the observed behavior: `empty_text=clear`.
    pub(crate) fn behavior(&self, assumption: &Assumption) -> Option<String> {
        let behavior = Behavior::of_assumption(assumption.id)?;
        Some(format!("{}={}", behavior.name, self.value?))
    }
}

/// Formats a value of the probe; a long value is truncated.
pub(crate) fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => {
            let characters = value.as_str().unwrap_or(&text).chars().count();
            format!("{}… ({characters} characters)", &text[..end])
        }
        None => text,
    }
}
