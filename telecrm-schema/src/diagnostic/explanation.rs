//! Explanations of rules, for users who broke one.

use super::Rule;

/// Explanation of a rule: `cargo telecrm explain` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The stable id: `D01`, `unknown-field-type`.
    pub id: &'static str,
    /// The mistake, as a noun phrase.
    pub title: &'static str,
    /// The effect of the mistake.
    pub effect: &'static str,
    /// The reason why the mistake matters.
    pub reason: &'static str,
    /// A typical example of the mistake.
    pub example: &'static str,
    /// The fix.
    pub fix: &'static str,
}

impl Explanation {
    /// Creates an explanation from its parts.
    pub(crate) const fn new(
        id: &'static str,
        title: &'static str,
        [effect, reason, example, fix]: [&'static str; 4],
    ) -> Self {
        Self { id, title, effect, reason, example, fix }
    }
}

macro_rules! explanations {
    ($($rule:ident $title:literal: $effect:literal $reason:literal $example:literal $fix:literal;)*) => {
        impl Rule {
            /// Returns the rule's explanation.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                let (title, parts) = match self {
                    $(Self::$rule => ($title, [$effect, $reason, $example, $fix]),)*
                };
                Explanation::new(self.name(), title, parts)
            }
        }
    };
}

// A missing rule is a compile error. Each entry has a title, the effect, the reason, an example and
// the fix.
explanations! {
    UnreadableFile "a schema file that cannot be read":
        "The operating system returns an error when the file is opened or read."
        "The generator and the validator need the schema."
        r#"telecrm_codegen::compile("schema/worspace.yaml")?"#
        "Correct the path (it is relative to the package) or the file's permissions.";
    FileTooLarge "a schema file that is too large":
        "The file is larger than the schema of any real workspace, so it is not read."
        "A wrong file (a dump, a log) could exhaust the memory of the build."
        r#"compile("export-of-all-leads.json")"#
        "Pass the path of the schema file. `cargo telecrm pull` writes one.";
    NotUtf8 "a schema file that is not UTF-8":
        "The file has a different encoding, such as UTF-16 or Latin-1."
        "Labels would be read wrongly, and telecrm does not know the wrong labels."
        "cargo telecrm pull > workspace.yaml   # in PowerShell: UTF-16"
        "Save the file as UTF-8; `cargo telecrm pull --out FILE` writes UTF-8.";
    EmptyFile "a schema file without content":
        "The file contains only spaces and comments."
        "A lead needs fields."
        "# to be written"
        "Run `cargo telecrm pull`, or write `customFields` by hand.";
    YamlSyntax "a file that is not valid YAML":
        "The parser cannot continue after this position."
        "The rest of the file is not read, so no code is generated."
        "options: [Website, Referral"
        "Correct the line. Text with special characters needs quotes.";
    YamlTooDeep "YAML that is nested too deeply":
        "The file is nested deeper than any schema, so the rest is not read."
        "Very deep nesting could exhaust the stack of the build."
        "[[[[[[[[[[[[…]]]]]]]]]]]]"
        "Write the sections as in `schema/workspace.yaml`.";
    YamlTooLarge "YAML that grows beyond its file":
        "Anchors and aliases expand to more nodes than the reader accepts."
        "A small file could exhaust the memory of the build."
        "a: &a [*b, *b, *b]"
        "Write the values without anchors and aliases.";
    DuplicateKey "a repeated key in an object":
        "Only one of the two values can apply, and the reader cannot know which one is intended."
        "Most YAML readers silently use one of the two."
        "- { apiName: phone, type: PHONE, type: TEXT }"
        "Remove one of the two.";
    WrongShape "a value of the wrong shape":
        "The value is, for example, a list, and the key requires an object."
        "The section cannot be read."
        "customFields: phone"
        "Write the section in the form of telecrm's response; see `schema/workspace.yaml`.";
    MissingKey "a missing required key":
        "The object lacks a key that it requires."
        "A field without its API name or type cannot be sent."
        r"customFields:
  - { apiName: phone }"
        "Add the key that the message names.";
    NullName "a name that YAML reads as null":
        "The value of a name is a bare `null`, `~` or empty."
        "telecrm has a text as the name, but YAML reads no text."
        "options: [Yes, null]"
        r#"Put quotes around the name: `"null"`."#;
    UnknownSection "an unknown section":
        "The file has a top-level key that the schema format does not define."
        "Otherwise a misspelled section would be ignored silently."
        r"customField:
  - { apiName: phone, type: PHONE }"
        "Correct the name. The help contains the most similar name.";
    UnknownCodegenKey "an unknown key under `codegen`":
        "The section `codegen` has a key that the schema format does not define."
        "Otherwise a misspelled override would be ignored silently."
        r"codegen:
  renames: { fields: { contact_source: source } }"
        "Use one of the keys in the help: `rename`, `skip`, `only`, `open` or `env`.";
    NotAnEnvPrefix "a text that cannot begin the name of an environment variable":
        "`codegen.env` has a character other than ASCII letters, digits and `_`, or begins with a digit."
        "A shell cannot set such a variable."
        r"codegen:
  env: acme-pune"
        "Write the part before `TELECRM_ENTERPRISE_ID`: `ACME_PUNE_`.";
    NotABoolean "a value that is neither true nor false":
        "The key requires `true` or `false`."
        "A text such as `maybe` has no boolean meaning."
        "lockAfterCreate: maybe"
        "Write `true` or `false`.";
    NotALength "a length limit that is not a whole number":
        "`minLength` and `maxLength` count characters."
        "The generated code cannot check a limit that is not a number."
        "maxLength: long"
        "Write a whole number, 0 or greater.";
    UnknownWord "a word that is not in a fixed list":
        "The key accepts only a few words of telecrm."
        "telecrm does not define other words."
        "stageType: CLOSED"
        "Use one of the words in the help.";
    BlankName "a name without a visible character":
        "An API name, an action code or a similar name contains only spaces or invisible characters."
        "telecrm does not have such a name."
        r#"- { apiName: " ", type: TEXT }"#
        "Write the name exactly as in telecrm.";
    ColonInText "an unquoted text with a colon":
        "YAML reads `a: b` as an object instead of a text."
        "The label is lost, and the message of a YAML parser does not describe the cause."
        "options: [Source: Website]"
        r#"Put quotes around the text: `"Source: Website"`."#;
    OddIndentation "indentation with characters other than spaces":
        "A line is indented with a tab, a no-break space or a similar character."
        "The line looks valid, but YAML reads it as something else."
        r"customFields:
- { apiName: phone, type: PHONE }"
        "Indent with plain spaces.";
    NoFields "a schema without fields":
        "The section `customFields` is missing or empty."
        "A lead needs at least its identifier."
        "enterprise: { id: 62ab16e0f1c2d3e4f5a6b7c8 }"
        "Add the response of `GET /custom-fields`, or run `cargo telecrm pull`.";
    NoIdentifier "a schema without a lead identifier":
        "No field has `isLeadid: true`, and `leadIdentifierFieldId` is missing."
        "telecrm drops every lead that has no identifier."
        r"customFields:
  - { apiName: phone, type: PHONE }"
        "Add `isLeadid: true` to the identifier's field.";
    TwoIdentifiers "two lead identifiers":
        "Two fields have `isLeadid: true`."
        "A workspace has exactly one identifier, and telecrm drops leads without it."
        r"- { apiName: phone, type: PHONE, isLeadid: true }
- { apiName: email, type: EMAIL, isLeadid: true }"
        "Keep it only in the field that telecrm shows as the identifier.";
    IdentifierContradiction "two different lead identifiers in the schema":
        "`leadIdentifierFieldId` and `isLeadid` select different fields."
        "telecrm would look up leads by the wrong field, or drop them."
        r"enterprise: { leadIdentifierFieldId: email }
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }"
        "Make both select the field that telecrm shows as the identifier.";
    UnknownIdentifier "an identifier that is not a field":
        "`leadIdentifierFieldId` is the name of a field that is not in `customFields`."
        "Every lead needs the identifier's field."
        "enterprise: { leadIdentifierFieldId: mobile }"
        "Write the exact `apiName` or `id` of a field in the file.";
    IdentifierType "a lead identifier of an unsupported type":
        "The identifier's field is not of type PHONE, EMAIL or TEXT."
        "telecrm finds leads by a phone, an email or a text."
        "- { apiName: deal_size, type: NUMBER, isLeadid: true }"
        "Check which field telecrm shows as the identifier.";
    IdentifierSkipped "the identifier under `codegen: skip`":
        "The generated types would not have the identifier's field."
        "Every lead needs the identifier."
        r"codegen:
  skip: [phone]"
        "Remove the field from `codegen.skip`.";
    UnknownFieldType "an unknown field type":
        "The type is misspelled, or newer than this version, so its values cannot be checked."
        "telecrm could silently drop a value of an unknown type."
        "- { apiName: score, type: FORMULA }"
        "Correct the type, or exclude the field with `codegen: skip`.";
    DuplicateApiName "a repeated API name":
        "Two fields of a list have the same name."
        "A body can contain each key only once."
        r"- { apiName: phone, type: PHONE }
- { apiName: phone, type: TEXT }"
        "Remove one of the two.";
    DuplicateActionCode "a repeated action code":
        "Two actions have the same code."
        "A code belongs to one action."
        r"- { code: ACTION_1001 }
- { code: ACTION_1001 }"
        "Remove one of the two.";
    ActionPrefix "an action code without `ACTION_` (D21)":
        "The code is the bare code from the Sync API."
        "telecrm silently drops every action with a bare code."
        "- { code: 1001, displayName: Site Visit }"
        "Write the full code: `ACTION_1001`.";
    NoPipeline "a status field without a pipeline":
        "A field is of type STATUS or LOST_REASON, and `leadStagePipeline` is missing."
        "telecrm drops unknown statuses, so the schema must contain the labels."
        r"customFields:
  - { apiName: status, type: STATUS }"
        "Add the response of `GET /lead-stage-pipeline`.";
    NoStatuses "a pipeline without active statuses":
        "A field is of type STATUS, and the pipeline has no active status."
        "The field has no value that can be sent."
        "leadStagePipeline: { leadStages: [] }"
        "Add `leadStages` with `activeStatuses` from the response of the endpoint.";
    NoLostReasons "a pipeline without active lost reasons":
        "A field is of type LOST_REASON, and the pipeline has no active lost reason."
        "The field has no value that can be sent."
        "leadStagePipeline: { leadStages: […] }"
        "Add `activeLeadLostReasons` from the response of the endpoint.";
    NoOptions "a dropdown or tags field without options":
        "The field has no labels."
        "Every value that is sent would create a new option."
        "- { apiName: source, type: DROPDOWN }"
        "Add `options`, or list the field under `codegen: open`.";
    LimitOnType "a length limit on a field that is not text":
        "A field of another type has `minLength` or `maxLength`."
        "The limit would have no effect."
        "- { apiName: deal_size, type: NUMBER, maxLength: 5 }"
        "Remove the limit.";
    LimitsCross "a minimum length above the maximum":
        "`minLength` is greater than `maxLength`."
        "No text can satisfy both limits."
        r"minLength: 10
maxLength: 5"
        "Correct one of the two.";
    OptionsOnType "options on a field without labels":
        "A field of a type without labels has `options`."
        "The labels would have no effect."
        "- { apiName: name, type: TEXT, options: [A] }"
        "Remove the options, or correct the type.";
    CodegenMatchesNothing "an override that matches nothing":
        "An entry under `codegen` does not match a field, action or label of the schema."
        "Otherwise the override would silently stop working after a rename in telecrm."
        r"codegen:
  skip: [internal_scroe]"
        "Write the exact API name, code or label of the other sections, or remove the entry.";
    OpenOnType "`codegen: open` on a field without labels":
        "Only dropdown and tags fields have labels."
        "The entry would have no effect."
        r"codegen:
  open: [name]"
        "Remove the entry.";
    RenameNotAName "a rename that is not a Rust name":
        "The new name is not a valid Rust identifier."
        "The generated code would not compile."
        r"codegen:
  rename: { fields: { contact_source: 1st-source } }"
        "Use letters, digits and `_`, and do not start with a digit.";
    RenameTaken "a rename to an existing name":
        "Another item in the same scope has this name."
        "The generated code would not compile."
        r"codegen:
  rename: { fields: { contact_source: name } }"
        "Choose another name.";
    NotAnAttribute "text that is not a Rust attribute":
        "`Config` received an attribute that Rust cannot parse."
        "The generated code would not compile."
        r#"Config::new().type_attribute("Lead", "derive(Serialize")"#
        "Write the attribute exactly as in Rust code: `#[derive(Serialize)]`.";
    AttributeMatchesNothing "an attribute for a type that is not generated":
        "`Config` has an attribute for a type that the generator does not create for this schema."
        "The attribute would have no effect."
        r##"Config::new().type_attribute("Led", "#[derive(Default)]")"##
        "Use the name of a generated type.";
    NotAPath "text that is not a Rust path":
        "`Config` received a text that is not a Rust path."
        "The generated code would not compile."
        r#"Config::new().runtime_path("crm rt")"#
        "Write a path: `crm_rt`, `crate::crm_rt`.";
    RequiredField "a field of the vocabulary that a schema does not have":
        "`Config::requires` names a vocabulary, and the schema of a workspace lacks one of its fields."
        "Code that serves several workspaces sets this field in each of them."
        r#"Config::new().requires("vocabulary.yaml").compile("acme.yaml")"#
        "Create the field in telecrm, unify its name by `codegen: rename`, or remove it from the vocabulary.";
    RequiredType "a field whose type differs from the vocabulary":
        "The schema has the field with another type."
        "The setters of two workspaces would accept different values."
        "- { apiName: source, type: TEXT }"
        "Change the type in the vocabulary, or the field in telecrm.";
    RequiredLabel "a label of the vocabulary that a field does not have":
        "The field has no option with this label."
        "Code that serves several workspaces uses the option in each of them."
        "- { apiName: source, type: DROPDOWN, options: [Website] }"
        "Add the option in telecrm and pull the schema, or remove it from the vocabulary.";
    NoOutDir "no `OUT_DIR`":
        "The generator runs outside a build script, and `Config::out_dir` is not set."
        "The generator does not know the folder of the generated file."
        "cargo run --bin generate"
        "Run the generator in `build.rs`, or set `Config::out_dir`.";
    UnwritableFile "a file that cannot be written":
        "The operating system returns an error when the generated file is written."
        "Otherwise the build would compile outdated code."
        r#"Config::new().out_dir("/generated")"#
        "Correct the folder or its permissions.";
    TwoSchemasInOneFile "two schemas with one output (D40)":
        "Two schemas of a build script have the same output file."
        "The second would overwrite the first, and the program would send one workspace's labels to the other."
        r#"compile("acme/workspace.yaml")?; compile("globex/workspace.yaml")?;"#
        r#"Give each workspace its own name: `Config::new().module_name("acme")`."#;
    Internal "an internal error of the generator":
        "The generator reached an unexpected state."
        "The generator stops instead of writing wrong code."
        "the generated code cannot be parsed"
        "Please report the error with the schema, without personal data.";
    UnknownKey "an unknown key":
        "An object of the schema has a key that this version does not read."
        "telecrm may add keys to its responses at any time, but a misspelled key has no effect."
        "- { apiName: phone, type: PHONE, isLeadId: true }"
        "Correct the key if it is misspelled; keep it if it comes from telecrm.";
    DuplicateLabel "a repeated label in a list":
        "The list keeps the label once."
        "telecrm cannot distinguish two options with the same label."
        "options: [Website, Website]"
        "Remove one of the two, here or in telecrm.";
    LabelsDifferInCase "two labels of a list that differ only in case (D06)":
        "telecrm compares labels byte for byte, so both are separate options, and leads are split between them."
        "telecrm creates a new option for an unknown label, so one of the two is probably a typo of a sender."
        "options: [WhatsApp, whatsapp]"
        "Move the leads of one option to the other in telecrm, delete it there, and pull the schema again.";
    FormerlyActive "an earlier label that is active":
        "`formerly` lists a label that is also an active label of the same list."
        "Code that uses the earlier label sends the other active label instead of the renamed one."
        "options: [{ label: NEET 2027, formerly: [NEET] }, NEET]"
        "Remove the label from `formerly`, or delete the active label in telecrm if the other replaces it.";
    BlankLabel "a label without a visible character":
        "The generated code does not have the label, because telecrm drops a blank value."
        "The option cannot be sent."
        r#"options: [Website, " "]"#
        "Remove the option, or give it a label in telecrm.";
    UncleanLabel "a label with bytes that its author probably did not intend (D38)":
        "The label has surrounding spaces, line breaks, invisible characters or typographic quotes. It is sent exactly as in the file."
        "telecrm compares labels byte for byte, and creates a second option that looks like the first."
        r"options:
  - |
    Website"
        "Write the label in the help, unless telecrm has exactly the same bytes.";
    UncleanName "a name with bytes that its author probably did not intend":
        "An API name, an action code or an id has surrounding spaces, invisible characters or typographic quotes."
        "telecrm compares names byte for byte, and drops unknown names."
        r#"- { apiName: "email ", type: EMAIL }"#
        "Write the name in the help, unless telecrm has exactly the same bytes.";
    StatusesWithoutStage "statuses without a stage":
        "The pipeline has `statuses` at the top, and no `leadStages`, so the stages are unknown."
        "The schema reads all of them as stage `OPEN`: a `WON` or `LOST` status is not marked as such."
        "leadStagePipeline: { statuses: [{ label: Fresh }] }"
        "Write the statuses under `leadStages`, each below its `stageType`.";
    StatusInTwoStages "a status label in two stages":
        "Two stages have the same label, and the first stage is used."
        "A body contains only the label of a status, not its stage."
        "OPEN: [Fresh], WON: [Fresh]"
        "Rename one of the two in telecrm.";
    ActionWithoutFieldSchema "an action without `fieldSchema`":
        "The action comes from the summary mode of the endpoint, so the schema has no fields for it."
        "The generated code cannot send the fields that the action has in telecrm."
        "- { code: ACTION_1001, displayName: Site Visit }"
        "Copy the action from `GET /custom-actions?detail=true`; if it has no fields, write `fieldSchema: {}`.";
    SystemActionNamed "a rename of a predefined action of telecrm":
        "The action's `source` is SYSTEM, so it cannot be written."
        "The entry has no effect."
        r"codegen:
  rename: { actions: { ACTION_1: Call } }"
        "Remove the entry.";
    NamesMeet "two names with the same Rust identifier":
        "Two names of the workspace become the same Rust identifier, so the later one gets a number."
        "The number depends on the order in the file."
        "options: [A+, A-]"
        "Choose the names with the `codegen: rename` lines in the help.";
    NameTaken "a reserved name":
        "Rust or the generator already uses the name, so the item gets a different one."
        "The generated name differs from the name in telecrm."
        "- { apiName: new, type: TEXT }"
        "Choose the name with the `codegen: rename` line in the help.";
    CommentAfterLabel "a comment directly after a bare label":
        "YAML reads ` #` as the start of a comment."
        "The intended label may be longer than the label that YAML reads."
        "- Plot #4"
        r#"Put quotes around the label: `"Plot #4"`."#;
    CommaInLabel "a comma inside a bare flow label":
        "YAML ends the label at the comma."
        "YAML may have split one label into two."
        "options: [₹5,000–₹10,000]"
        r#"Put quotes around the label: `"₹5,000–₹10,000"`."#;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanation_of_every_rule_has_complete_sentences() {
        for rule in Rule::ALL {
            let Explanation { id, title, effect, reason, example, fix } = rule.explanation();
            for text in [effect, reason, fix] {
                assert!(text.ends_with('.') && text.len() > 15, "{id}: {text}");
            }
            assert!(!title.is_empty() && !title.ends_with('.') && !example.is_empty(), "{id}");
        }
    }
}
