//! The option `--format` of all commands that have findings.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// Annotations of GitHub Actions, one line a finding.
    Github,
    /// A comment on a pull request.
    Markdown,
}

impl Format {
    /// The value parser of a command that knows these formats.
    pub(crate) fn one_of(formats: &'static [Self]) -> impl TypedValueParser<Value = Self> {
        let values = formats.iter().map(|it| PossibleValue::new(it.name()).help(it.help()));
        PossibleValuesParser::new(values).map(|name| {
            let named = [Self::Json, Self::Github, Self::Markdown];
            named.into_iter().find(|it| it.name() == name).unwrap_or(Self::Human)
        })
    }

    /// For commands with findings in files.
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
            Self::Human => "For people",
            Self::Json => "For programs",
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
