//! Rules of the schema file, and their stable names.

use std::fmt;

macro_rules! rules {
    ($($severity:ident { $($variant:ident => $name:literal,)* })*) => {
        /// A rule of the schema file. Its name is stable, but its message may change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = concat!("`", $name, "`")] $variant,)*)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// Returns the stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$variant => $name,)*)*
                }
            }

            /// Returns whether breaking the rule prevents code generation.
            #[must_use]
            pub const fn is_error(self) -> bool {
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
        // The shape of the file.
        DuplicateKey => "duplicate-key",
        WrongShape => "wrong-shape",
        MissingKey => "missing-key",
        NullName => "null-name",
        UnknownSection => "unknown-section",
        UnknownCodegenKey => "unknown-codegen-key",
        NotAnEnvPrefix => "not-an-env-prefix",
        NotABoolean => "not-a-boolean",
        NotALength => "not-a-length",
        UnknownWord => "unknown-word",
        BlankName => "blank-name",
        ColonInText => "colon-in-text",
        OddIndentation => "odd-indentation",
        // The meaning of the file.
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
        RequiredField => "required-field",
        RequiredType => "required-type",
        RequiredLabel => "required-label",
        NoOutDir => "no-out-dir",
        UnwritableFile => "unwritable-file",
        TwoSchemasInOneFile => "two-schemas-in-one-file",
        Internal => "internal",
    }
    warnings {
        UnknownKey => "unknown-key",
        DuplicateLabel => "duplicate-label",
        LabelsDifferInCase => "labels-differ-in-case",
        FormerlyActive => "formerly-active",
        BlankLabel => "blank-label",
        UncleanLabel => "unclean-label",
        UncleanName => "unclean-name",
        StatusesWithoutStage => "statuses-without-stage",
        StatusInTwoStages => "status-in-two-stages",
        ActionWithoutFieldSchema => "action-without-field-schema",
        SystemActionNamed => "system-action-named",
        NamesMeet => "names-meet",
        NameTaken => "name-taken",
        CommentAfterLabel => "comment-after-label",
        CommaInLabel => "comma-in-label",
    }
}

impl PartialEq<str> for Rule {
    fn eq(&self, name: &str) -> bool {
        self.name() == name
    }
}

impl PartialEq<&str> for Rule {
    fn eq(&self, name: &&str) -> bool {
        self.name() == *name
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Rule;

    #[test]
    fn rule_names_are_unique() {
        let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
    }
}
