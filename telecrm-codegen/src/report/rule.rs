//! The rules that a schema can break, by name.

macro_rules! rules {
    ($($severity:ident { $($variant:ident => $name:literal,)* })*) => {
        /// A rule of the schema file. Its name is stable; the words of its message are not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Rule {
            $($($variant,)*)*
        }

        impl Rule {
            /// Every rule: a test holds the golden reports against this list.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The stable name.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $($(Self::$variant => $name,)*)*
                }
            }

            /// Whether breaking it keeps code from being generated.
            pub(crate) const fn is_error(self) -> bool {
                match self {
                    $($(Self::$variant => rules!(@is_error $severity),)*)*
                }
            }
        }
    };
    (@is_error errors) => { true };
    (@is_error build_script) => { true };
    (@is_error warnings) => { false };
}

rules! {
    errors {
        // The file.
        UnreadableFile => "unreadable-file",
        FileTooLarge => "file-too-large",
        NotUtf8 => "not-utf8",
        EmptyFile => "empty-file",
        YamlSyntax => "yaml-syntax",
        YamlTooDeep => "yaml-too-deep",
        YamlTooLarge => "yaml-too-large",
        // Its shape.
        DuplicateKey => "duplicate-key",
        WrongShape => "wrong-shape",
        MissingKey => "missing-key",
        NullName => "null-name",
        UnknownSection => "unknown-section",
        UnknownCodegenKey => "unknown-codegen-key",
        NotABoolean => "not-a-boolean",
        NotALength => "not-a-length",
        UnknownWord => "unknown-word",
        BlankName => "blank-name",
        // What it means.
        NoFields => "no-fields",
        NoIdentifier => "no-identifier",
        TwoIdentifiers => "two-identifiers",
        IdentifierContradiction => "identifier-contradiction",
        UnknownIdentifier => "unknown-identifier",
        IdentifierType => "identifier-type",
        IdentifierSkipped => "identifier-skipped",
        UnknownFieldType => "unknown-field-type",
        DuplicateApiName => "duplicate-api-name",
        DuplicateActionCode => "duplicate-action-code",
        ActionPrefix => "action-prefix",
        NoPipeline => "no-pipeline",
        NoStatuses => "no-statuses",
        NoLostReasons => "no-lost-reasons",
        NoOptions => "no-options",
        LimitOnType => "limit-on-type",
        LimitsCross => "limits-cross",
        OptionsOnType => "options-on-type",
        // `codegen`.
        CodegenMatchesNothing => "codegen-matches-nothing",
        OpenOnType => "open-on-type",
        RenameNotAName => "rename-not-a-name",
        RenameTaken => "rename-taken",
    }
    build_script {
        NotAnAttribute => "not-an-attribute",
        AttributeMatchesNothing => "attribute-matches-nothing",
        NotAPath => "not-a-path",
        NoOutDir => "no-out-dir",
        UnwritableFile => "unwritable-file",
        TwoSchemasInOneFile => "two-schemas-in-one-file",
        Internal => "internal",
    }
    warnings {
        UnknownKey => "unknown-key",
        DuplicateLabel => "duplicate-label",
        StatusInTwoStages => "status-in-two-stages",
        ActionWithoutFieldSchema => "action-without-field-schema",
        SystemActionNamed => "system-action-named",
        NamesMeet => "names-meet",
        NameTaken => "name-taken",
        CommentAfterLabel => "comment-after-label",
        CommaInLabel => "comma-in-label",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Rule;
    use crate::{Config, Diagnostic, Warning};

    /// Rules that no text of a schema can break; `tests/files.rs` breaks them.
    const OF_FILES: [Rule; 10] = [
        Rule::UnreadableFile,
        Rule::FileTooLarge,
        Rule::NotUtf8,
        Rule::NotAnAttribute,
        Rule::AttributeMatchesNothing,
        Rule::NotAPath,
        Rule::NoOutDir,
        Rule::UnwritableFile,
        Rule::TwoSchemasInOneFile,
        Rule::Internal,
    ];

    #[test]
    fn every_rule_has_a_golden_report() {
        let mut broken: BTreeSet<&str> = OF_FILES.map(Rule::name).into();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports");
        for entry in std::fs::read_dir(folder).expect("the golden schemas are there") {
            let path = entry.expect("the folder can be listed").path();
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let yaml = std::fs::read_to_string(path).expect("a golden schema is readable");
            match Config::new().generate(&yaml) {
                Ok(generated) => broken.extend(generated.warnings.iter().map(Warning::rule)),
                Err(error) => broken.extend(error.diagnostics().iter().map(Diagnostic::rule)),
            }
        }
        let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        let missing: Vec<_> = all.difference(&broken).collect();
        assert!(missing.is_empty(), "no golden report breaks {missing:?}");
        assert_eq!(all.len(), Rule::ALL.len(), "two rules have one name");
    }
}
