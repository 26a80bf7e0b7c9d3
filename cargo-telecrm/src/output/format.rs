//! The option `--format` of all commands that have findings.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Output format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Human-readable.
    Human,
    /// For other programs.
    Json,
    /// Annotations of GitHub Actions, one line per finding.
    Github,
    /// A comment on a pull request.
    Markdown,
}

impl Format {
    /// Returns the value parser of a command with these formats.
    pub(crate) fn one_of(formats: &'static [Self]) -> impl TypedValueParser<Value = Self> {
        let values =
            formats.iter().map(|format| PossibleValue::new(format.name()).help(format.help()));
        PossibleValuesParser::new(values).map(|name| {
            let named = [Self::Json, Self::Github, Self::Markdown];
            named.into_iter().find(|format| format.name() == name).unwrap_or(Self::Human)
        })
    }

    /// Returns the value parser of commands with findings in files.
    pub(crate) fn of_findings() -> impl TypedValueParser<Value = Self> {
        Self::one_of(&[Self::Human, Self::Json, Self::Github])
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Github => "github",
            Self::Markdown => "markdown",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Human => "Human-readable",
            Self::Json => "For other programs",
            Self::Github => "Annotations of GitHub Actions, one line for each finding",
            Self::Markdown => "A table for a comment on a pull request",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
