//! Explanations of rules, for people who met one.

use super::Rule;

/// Explanation of a rule: `cargo telecrm explain` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The stable id: `D01`, `unknown-field-type`.
    pub id: &'static str,
    /// The mistake, as a noun phrase.
    pub title: &'static str,
    /// The effect.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The mistake, as people make it.
    pub example: &'static str,
    /// The fix.
    pub fix: &'static str,
}

impl Explanation {
    /// An explanation of its parts.
    pub(crate) const fn new(
        id: &'static str,
        title: &'static str,
        [what, why, example, fix]: [&'static str; 4],
    ) -> Self {
        Self { id, title, what, why, example, fix }
    }
}

macro_rules! explanations {
    ($($rule:ident $title:literal: $what:literal $why:literal $example:literal $fix:literal;)*) => {
        impl Rule {
            /// The rule's explanation.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                let (title, parts) = match self {
                    $(Self::$rule => ($title, [$what, $why, $example, $fix]),)*
                };
                Explanation::new(self.name(), title, parts)
            }
        }
    };
}

// A rule that is missing here does not compile. Of each: what happens, why it matters, an example,
// what to do instead.
explanations! {
    UnreadableFile "a schema file that cannot be read":
        "The operating system refuses to open or read the file."
        "Without its schema nothing can be generated or checked."
        r#"telecrm_codegen::compile("schema/worspace.yaml")?"#
        "Correct the path (it is relative to the package) or the file's permissions.";
    FileTooLarge "a schema file that is too large":
        "The file has more bytes than any real workspace needs, and it is not read."
        "A wrong file (a dump, a log) would exhaust the memory of the build."
        r#"compile("export-of-all-leads.json")"#
        "Name the schema file; `cargo telecrm pull` writes one.";
    NotUtf8 "a schema file that is not UTF-8":
        "The bytes of the file are in another encoding, such as UTF-16 or Latin-1."
        "Labels would be read as other labels, which telecrm does not know."
        "cargo telecrm pull > workspace.yaml   # in PowerShell: UTF-16"
        "Save the file as UTF-8; `cargo telecrm pull --out FILE` writes UTF-8.";
    EmptyFile "a schema file without content":
        "The file holds nothing but spaces and comments."
        "Without fields there is no lead."
        "# to be written"
        "Run `cargo telecrm pull`, or write `customFields` by hand.";
    YamlSyntax "a file that is not valid YAML":
        "The parser cannot go on at this place."
        "Nothing after that place is read, so nothing can be generated."
        "options: [Website, Referral"
        "Correct the line. Text with special characters needs quotes.";
    YamlTooDeep "YAML that is nested too deeply":
        "The file is nested deeper than any schema, and it is not read further."
        "Very deep nesting would exhaust the stack of the build."
        "[[[[[[[[[[[[…]]]]]]]]]]]]"
        "Write the sections as in `schema/workspace.yaml`.";
    YamlTooLarge "YAML that grows beyond its file":
        "Anchors and aliases make more nodes of the file than are read."
        "A small file could exhaust the memory of the build."
        "a: &a [*b, *b, *b]"
        "Write the values out, without anchors.";
    DuplicateKey "a key that stands twice in one object":
        "Both values cannot hold, and which one is meant is not known."
        "Most YAML readers silently take one of the two."
        "- { apiName: phone, type: PHONE, type: TEXT }"
        "Remove one of the two.";
    WrongShape "a value of another shape than its place needs":
        "A list stands where an object is needed, or the like."
        "The section cannot be read."
        "customFields: phone"
        "Write the section as telecrm's endpoint answers it, see `schema/workspace.yaml`.";
    MissingKey "a key that is required and missing":
        "The object lacks a key without which it means nothing."
        "A field without its API name or type cannot be sent."
        r"customFields:
  - { apiName: phone }"
        "Add the key that the message names.";
    NullName "a name that YAML reads as null":
        "A bare `null`, `~` or nothing stands where a name is needed."
        "telecrm has a text there, and YAML reads none."
        "options: [Yes, null]"
        r#"Put quotes around it: `"null"`."#;
    UnknownSection "a section that does not exist":
        "The top of the file has a key that the schema format does not define."
        "A misspelled section would silently be left out."
        r"customField:
  - { apiName: phone, type: PHONE }"
        "Correct the name; the help shows the nearest one.";
    UnknownCodegenKey "a key under `codegen` that does not exist":
        "The section `codegen` has a key that means nothing."
        "An override that is silently ignored looks as if it worked."
        r"codegen:
  renames: { fields: { contact_source: source } }"
        "Use `rename`, `skip` or `open`, as the help says.";
    NotABoolean "a value that is neither true nor false":
        "The key needs `true` or `false`."
        "A text such as `yes` is not read as true."
        "lockAfterCreate: yes"
        "Write `true` or `false`.";
    NotALength "a length limit that is not a whole number":
        "`minLength` and `maxLength` count characters."
        "A limit that cannot be read cannot be kept."
        "maxLength: long"
        "Write a whole number, 0 or greater.";
    UnknownWord "a word outside a fixed list":
        "The key takes one of a few words of telecrm."
        "Another word means nothing to telecrm."
        "stageType: CLOSED"
        "Use one of the words that the message lists.";
    BlankName "a name of which nothing is visible":
        "An API name, an action code or the like holds spaces or invisible characters alone."
        "telecrm knows no such name."
        r#"- { apiName: " ", type: TEXT }"#
        "Write the name as telecrm shows it.";
    ColonInText "an unquoted text with a colon":
        "YAML reads `a: b` as an object, where a text is meant."
        "The label is lost, and the message of a YAML parser is about something else."
        "options: [Source: Website]"
        r#"Put quotes around the text: `"Source: Website"`."#;
    OddIndentation "indentation by other characters than spaces":
        "A line is indented by a tab, a no-break space or the like."
        "YAML takes such a line for something else, although it looks right."
        r"customFields:
- { apiName: phone, type: PHONE }"
        "Indent with plain spaces.";
    NoFields "a schema without fields":
        "The section `customFields` is missing or empty."
        "A lead needs at least its identifier."
        "enterprise: { id: 62ab16e0f1c2d3e4f5a6b7c8 }"
        "Add the answer of `GET /custom-fields`, or run `cargo telecrm pull`.";
    NoIdentifier "a schema without a lead identifier":
        "No field says `isLeadid: true`, and `leadIdentifierFieldId` is missing."
        "telecrm drops every lead without its identifier."
        r"customFields:
  - { apiName: phone, type: PHONE }"
        "Add `isLeadid: true` to the identifier's field.";
    TwoIdentifiers "two lead identifiers":
        "Two fields say `isLeadid: true`."
        "A workspace has one identifier, and telecrm drops leads without it."
        r"- { apiName: phone, type: PHONE, isLeadid: true }
- { apiName: email, type: EMAIL, isLeadid: true }"
        "Leave it at the field that telecrm shows as the identifier.";
    IdentifierContradiction "two places that name different identifiers":
        "`leadIdentifierFieldId` names one field, and `isLeadid` stands at another."
        "Leads would be found by the wrong field, or dropped."
        r"enterprise: { leadIdentifierFieldId: email }
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }"
        "Make both name the field that telecrm shows as the identifier.";
    UnknownIdentifier "an identifier that is not a field":
        "`leadIdentifierFieldId` names a field that `customFields` does not have."
        "Without the field no lead can be identified."
        "enterprise: { leadIdentifierFieldId: mobile }"
        "Name a field of the file, byte for byte.";
    IdentifierType "an identifier of a type that cannot identify":
        "The identifier's field is not of type PHONE, EMAIL or TEXT."
        "telecrm finds leads by text."
        "- { apiName: deal_size, type: NUMBER, isLeadid: true }"
        "Check which field telecrm shows as the identifier.";
    IdentifierSkipped "the identifier under `codegen: skip`":
        "The identifier's field is left out of the generated types."
        "Every lead needs it."
        r"codegen:
  skip: [phone]"
        "Remove it from `codegen.skip`.";
    UnknownFieldType "a field type that is not known here":
        "telecrm has the type, or it is misspelled; its values cannot be checked."
        "A value of an unknown type could be dropped without notice."
        "- { apiName: score, type: FORMULA }"
        "Correct the type, or leave the field out with `codegen: skip`.";
    DuplicateApiName "an API name that stands twice":
        "Two fields of one list have one name."
        "A body can hold each key only once."
        r"- { apiName: phone, type: PHONE }
- { apiName: phone, type: TEXT }"
        "Remove one of the two.";
    DuplicateActionCode "an action code that stands twice":
        "Two actions have one code."
        "A code belongs to one action."
        r"- { code: ACTION_1001 }
- { code: ACTION_1001 }"
        "Remove one of the two.";
    ActionPrefix "an action code without `ACTION_` (D21)":
        "The code is the bare one that the Sync API shows."
        "telecrm silently drops every action that is sent with it."
        "- { code: 1001, displayName: Site Visit }"
        "Write the full code: `ACTION_1001`.";
    NoPipeline "a status field without a pipeline":
        "A field is of type STATUS or LOST_REASON, and `leadStagePipeline` is missing."
        "Without the labels every status would be a guess, and telecrm drops unknown ones."
        r"customFields:
  - { apiName: status, type: STATUS }"
        "Add the answer of `GET /lead-stage-pipeline`.";
    NoStatuses "a pipeline without active statuses":
        "A field is of type STATUS, and the pipeline has no active status."
        "No value could be sent."
        "leadStagePipeline: { leadStages: [] }"
        "Add `leadStages` with `activeStatuses`, as the endpoint answers them.";
    NoLostReasons "a pipeline without active lost reasons":
        "A field is of type LOST_REASON, and the pipeline has no active lost reason."
        "No value could be sent."
        "leadStagePipeline: { leadStages: […] }"
        "Add `activeLeadLostReasons`, as the endpoint answers them.";
    NoOptions "a dropdown or tags field without options":
        "The field has no labels."
        "No value could be sent without creating an option."
        "- { apiName: source, type: DROPDOWN }"
        "Add `options`, or list the field under `codegen: open`.";
    LimitOnType "a length limit on a field that is not text":
        "`minLength` or `maxLength` stands at another type."
        "The limit would silently mean nothing."
        "- { apiName: deal_size, type: NUMBER, maxLength: 5 }"
        "Remove the limit.";
    LimitsCross "a least length above the greatest":
        "`minLength` is greater than `maxLength`."
        "No text can be that long and that short at once."
        r"minLength: 10
maxLength: 5"
        "Correct one of the two.";
    OptionsOnType "options on a field that takes none":
        "`options` stands at a type without labels."
        "The labels would silently mean nothing."
        "- { apiName: name, type: TEXT, options: [A] }"
        "Remove the options, or correct the type.";
    CodegenMatchesNothing "an override that matches nothing":
        "An entry under `codegen` names something that the schema does not have."
        "The override silently stops working when telecrm's side is renamed."
        r"codegen:
  skip: [internal_scroe]"
        "Name it as the sections above do, byte for byte, or remove the entry.";
    OpenOnType "`codegen: open` on a field without a list":
        "Only dropdowns and tags have a list to open."
        "The entry would silently mean nothing."
        r"codegen:
  open: [name]"
        "Remove the entry.";
    RenameNotAName "a rename that is not a Rust name":
        "The new name cannot be an identifier."
        "The generated code would not compile."
        r"codegen:
  rename: { fields: { contact_source: 1st-source } }"
        "Use letters, digits and `_`, not starting with a digit.";
    RenameTaken "a rename to a name that is taken":
        "Something else in the same scope has this name."
        "The generated code would not compile."
        r"codegen:
  rename: { fields: { contact_source: name } }"
        "Choose another name.";
    NotAnAttribute "text that is not a Rust attribute":
        "`Config` was given an attribute that Rust cannot parse."
        "The generated code would not compile."
        r#"Config::new().type_attribute("Lead", "derive(Serialize")"#
        "Write the attribute as it stands in code: `#[derive(Serialize)]`.";
    AttributeMatchesNothing "an attribute for a type that is not generated":
        "`Config` names a type that the schema does not lead to."
        "The attribute would silently be missing."
        r##"Config::new().type_attribute("Led", "#[derive(Default)]")"##
        "Name a generated type.";
    NotAPath "text that is not a Rust path":
        "`Config` was given something else where a path is needed."
        "The generated code would not compile."
        r#"Config::new().runtime_path("crm rt")"#
        "Write a path: `crm_rt`, `crate::crm_rt`.";
    NoOutDir "no `OUT_DIR`":
        "The generator runs outside a build script and was not told where to write."
        "There is no place for the generated file."
        "cargo run --bin generate"
        "Call it in `build.rs`, or set `Config::out_dir`.";
    UnwritableFile "a file that cannot be written":
        "The operating system refuses to write the generated file."
        "Old code would be compiled."
        r#"Config::new().out_dir("/generated")"#
        "Correct the folder or its permissions.";
    TwoSchemasInOneFile "two schemas with one output (D40)":
        "Two schemas of one build script are written to one file."
        "The second would overwrite the first, and one workspace's labels would be sent to the other."
        r#"compile("acme/workspace.yaml")?; compile("globex/workspace.yaml")?;"#
        r#"Give each its own name: `Config::new().module_name("acme")`."#;
    Internal "an error of the generator itself":
        "The generator met a state that it should not meet."
        "Nothing is generated rather than something wrong."
        "the generated code cannot be parsed"
        "Please report it with the schema, without personal data.";
    UnknownKey "a key that is not known here":
        "An object of telecrm's has a key that is not read."
        "telecrm's answers may grow keys at any time; a misspelled one is silently left out."
        "- { apiName: phone, type: PHONE, isLeadId: true }"
        "Correct the key where it is a typing mistake; leave it where it comes from telecrm.";
    DuplicateLabel "a label that stands twice in one list":
        "It is read as one label."
        "telecrm cannot tell two options of one label apart by the label."
        "options: [Website, Website]"
        "Remove one of the two, here or in telecrm.";
    BlankLabel "a label of which nothing is visible":
        "The label is left out: telecrm drops a blank value."
        "No value can be sent with it."
        r#"options: [Website, " "]"#
        "Remove the option, or give it a label in telecrm.";
    UncleanLabel "a label whose bytes are probably not what was meant (D38)":
        "The label has spaces around it, line breaks, invisible characters or typographic quotes. It is sent as the file spells it."
        "telecrm matches byte for byte, and creates a second option that looks like the first."
        r"options:
  - |
    Website"
        "Write the clean label that the help shows, unless telecrm has it like this, too.";
    UncleanName "a name whose bytes are probably not what was meant":
        "An API name, an action code or an id has spaces around it, invisible characters or typographic quotes."
        "telecrm matches byte for byte, and drops what it does not know."
        r#"- { apiName: "email ", type: EMAIL }"#
        "Write the clean name that the help shows, unless telecrm has it like this, too.";
    StatusInTwoStages "a status label in two stages":
        "One label stands in two stages; the first one counts."
        "A body names a status by its label alone."
        "OPEN: [Fresh], WON: [Fresh]"
        "Rename one of the two in telecrm.";
    ActionWithoutFieldSchema "an action without `fieldSchema`":
        "The action comes from the summary mode of the endpoint, and has no fields here."
        "Fields that it has in telecrm cannot be sent."
        "- { code: ACTION_1001, displayName: Site Visit }"
        "Take it from `GET /custom-actions?detail=true`; if it has no fields, write `fieldSchema: {}`.";
    SystemActionNamed "a rename of one of telecrm's own actions":
        "The action's `source` is SYSTEM, and it cannot be written."
        "The entry has no effect."
        r"codegen:
  rename: { actions: { ACTION_1: Call } }"
        "Remove the entry.";
    NamesMeet "two names that are one in Rust":
        "Two names of the workspace have one spelling in Rust; the later one gets a number."
        "The number depends on the order of the file."
        "options: [A+, A-]"
        "Settle it with the `codegen: rename` lines that the help shows.";
    NameTaken "a name that Rust or the generator uses already":
        "The name is reserved, and the item gets another one."
        "The generated name differs from telecrm's."
        "- { apiName: new, type: TEXT }"
        "Settle it with the `codegen: rename` line that the help shows.";
    CommentAfterLabel "a comment right after a bare label":
        "YAML reads ` #` as the start of a comment."
        "The label may be longer than what was read."
        "- Plot #4"
        r#"Put quotes around the label: `"Plot #4"`."#;
    CommaInLabel "a comma inside a bare flow label":
        "YAML reads the comma as the end of the label."
        "One label may have become two."
        "options: [₹5,000–₹10,000]"
        r#"Put quotes around the label: `"₹5,000–₹10,000"`."#;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_explained_in_whole_sentences() {
        for rule in Rule::ALL {
            let Explanation { id, title, what, why, example, fix } = rule.explanation();
            for text in [what, why, fix] {
                assert!(text.ends_with('.') && text.len() > 15, "{id}: {text}");
            }
            assert!(!title.is_empty() && !title.ends_with('.') && !example.is_empty(), "{id}");
        }
    }
}
