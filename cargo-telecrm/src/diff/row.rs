//! One change: its kind, its path, its consequences.

use std::fmt;

use telecrm_schema::quoted;

/// One change between two schemas.
#[derive(Debug)]
pub(crate) struct Row {
    pub(super) kind: Kind,
    pub(super) path: String,
    pub(super) breaks_code: bool,
    pub(super) drops_values: bool,
    pub(super) message: String,
}

impl Row {
    /// The severity of the change.
    pub(crate) fn severity(&self) -> Severity {
        if self.breaks_code || self.drops_values {
            Severity::Breaking
        } else if self.kind.is_note() {
            Severity::Note
        } else {
            Severity::Additive
        }
    }
}

/// The severity of a change, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Code can stop compiling or mean something else, or values can be dropped.
    Breaking,
    /// Code works unchanged.
    Additive,
    /// Code works unchanged and cannot use the change.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Note => "note",
        })
    }
}

/// The impact of all changes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impact {
    /// Nothing changed.
    None,
    /// All code works unchanged.
    Additive,
    /// Code or values require attention.
    Breaking,
}

impl Impact {
    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// The kinds of changes. Their names are part of the JSON format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Added,
    Removed,
    Retyped,
    Relabelled,
    Renamed,
    AliasAdded,
    AliasRemoved,
    Locked,
    Unlocked,
    Limited,
    Loosened,
    Archived,
    Unarchived,
    Backdatable,
    NotBackdatable,
    Identifier,
    Opened,
    Closed,
    Skipped,
    Unskipped,
    Stage,
    Enterprise,
    Described,
    Reassigned,
    Reordered,
    Unreadable,
}

impl Kind {
    /// The name in human-readable output; JSON has `_` instead of spaces.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Retyped => "retyped",
            Self::Relabelled => "relabelled",
            Self::Renamed => "renamed",
            Self::AliasAdded => "alias added",
            Self::AliasRemoved => "alias removed",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Limited => "limited",
            Self::Loosened => "loosened",
            Self::Archived => "archived",
            Self::Unarchived => "unarchived",
            Self::Backdatable => "backdatable",
            Self::NotBackdatable => "not backdatable",
            Self::Identifier => "identifier",
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Skipped => "skipped",
            Self::Unskipped => "unskipped",
            Self::Stage => "stage",
            Self::Enterprise => "enterprise",
            Self::Described => "described",
            Self::Reassigned => "reassigned",
            Self::Reordered => "reordered",
            Self::Unreadable => "unreadable",
        }
    }

    /// Whether code cannot use the change. This applies only to changes that break nothing.
    fn is_note(self) -> bool {
        matches!(
            self,
            Self::Stage | Self::Enterprise | Self::Described | Self::Reassigned | Self::Reordered
        )
    }
}

/// The rows of a comparison in progress.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Row>);

impl Rows {
    /// Adds a change that neither breaks code nor drops values.
    pub(super) fn additive(&mut self, kind: Kind, path: impl Into<String>, message: String) {
        self.add(kind, path, Consequences::default(), message);
    }

    pub(super) fn add(
        &mut self,
        kind: Kind,
        path: impl Into<String>,
        consequences: Consequences,
        message: String,
    ) {
        let Consequences { breaks_code, drops_values } = consequences;
        self.0.push(Row { kind, path: path.into(), breaks_code, drops_values, message });
    }

    pub(super) fn into_vec(self) -> Vec<Row> {
        self.0
    }
}

/// The effect of a change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Consequences {
    pub(super) breaks_code: bool,
    pub(super) drops_values: bool,
}

impl Consequences {
    pub(super) const BREAKS: Self = Self { breaks_code: true, drops_values: false };
    pub(super) const DROPS: Self = Self { breaks_code: false, drops_values: true };
    pub(super) const BOTH: Self = Self { breaks_code: true, drops_values: true };
}

/// A warning if a Rust name now belongs to another field, label or action.
pub(super) fn reused(rust: &str, holder: Option<&str>) -> String {
    holder.map_or_else(String::new, |holder| {
        let holder = quoted(holder);
        format!("; `{rust}` now means {holder}: check each use, since it may still compile")
    })
}
