//! Reader of YAML nodes: reports nodes of the wrong shape, and omits them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Report, Rule, Span, Spanned, quoted};
use crate::invisible::is_blank;
use crate::suggest::{self, nearest};
use crate::yaml::{Node, Value};

/// Reader of nodes, which reports their mistakes.
pub(super) struct Reader<'r> {
    pub(super) report: &'r mut Report,
    /// Unknown keys with a warning, by the kind of object. Each key gets one warning per kind.
    warned: BTreeSet<(&'static str, String)>,
    /// The end of the last label that started directly after a comma.
    pub(super) comma_label_end: Option<usize>,
}

/// The shape that a node must have.
#[derive(Clone, Copy)]
enum ExpectedShape {
    Mapping,
    List,
    Single,
}

/// The entries of a mapping, each key once.
pub(super) struct Entries<'n> {
    entries: Vec<(Spanned<&'n str>, &'n Node)>,
}

impl<'n> Entries<'n> {
    pub(super) fn entries(&self) -> impl Iterator<Item = &(Spanned<&'n str>, &'n Node)> {
        self.entries.iter()
    }

    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(known, _)| known.value == key).map(|&(_, value)| value)
    }

    /// Returns the value of a key, unless it is `null`.
    pub(super) fn get_non_null(&self, key: &str) -> Option<&'n Node> {
        self.get(key).filter(|node| !matches!(node.value, Value::Null))
    }
}

impl<'r> Reader<'r> {
    pub(super) fn new(report: &'r mut Report) -> Self {
        Self { report, warned: BTreeSet::new(), comma_label_end: None }
    }

    /// Reads a mapping. `subject` is its noun in messages ("a field of `customFields`").
    pub(super) fn mapping<'n>(&mut self, node: &'n Node, subject: &str) -> Option<Entries<'n>> {
        let Value::Mapping(pairs) = &node.value else {
            self.wrong_shape(node, subject, ExpectedShape::Mapping);
            return None;
        };
        let mut entries: Vec<(Spanned<&str>, &Node)> = Vec::with_capacity(pairs.len());
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (key, value) in pairs {
            let name = match &key.value {
                Value::Scalar(name) => name.as_str(),
                Value::Null => {
                    self.null_name(key, &format!("a key of {subject}"));
                    continue;
                }
                _ => {
                    self.wrong_shape(key, &format!("a key of {subject}"), ExpectedShape::Single);
                    continue;
                }
            };
            if let Some(&first) = seen.get(name) {
                let first = self.report.place(first);
                self.report
                    .add(
                        Rule::DuplicateKey,
                        key.span,
                        format!("{subject} has the key {} twice", quoted(name)),
                    )
                    .set_label("repeated here")
                    .add_related(first, "first here")
                    .set_help("keep one of the two: YAML readers silently drop the other");
                continue;
            }
            seen.insert(name, key.span);
            entries.push((Spanned { value: name, span: key.span }, value));
        }
        Some(Entries { entries })
    }

    /// Reads a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, subject: &str) -> &'n [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            // `customFields:` without a value is an empty list.
            Value::Null => &[],
            _ => {
                self.wrong_shape(node, subject, ExpectedShape::List);
                &[]
            }
        }
    }

    /// Reads the list of a section: the list itself, or the endpoint's whole response.
    pub(super) fn section<'n>(&mut self, node: &'n Node, key: &'static str) -> &'n [Node] {
        if !matches!(node.value, Value::Mapping(_)) {
            return self.list(node, &format!("`{key}`"));
        }
        let subject = format!("the response under `{key}`");
        let Some(response) = self.mapping(node, &subject) else { return &[] };
        let Some(list) = response.get(key) else {
            self.report
                .add(
                    Rule::WrongShape,
                    node.span,
                    format!("`{key}` is neither a list nor the endpoint's response"),
                )
                .set_label("a mapping without the list")
                .set_help(format!(
                    "write the list itself (`{key}:` with `- …` lines below it), or the whole JSON \
                     response (`{{\"{key}\": […]}}`)"
                ));
            return &[];
        };
        self.list(list, &subject)
    }

    /// Reads a name: a text that is not blank.
    pub(super) fn name(&mut self, node: &Node, subject: &str) -> Option<Spanned<String>> {
        let text = self.text(node, subject)?;
        if is_blank(&text.value) {
            self.report
                .add(Rule::BlankName, node.span, format!("{subject} is blank"))
                .set_label("no visible character")
                .set_help("write the name exactly as in telecrm");
            return None;
        }
        Some(text)
    }

    /// Reads a text that may be blank.
    pub(super) fn text(&mut self, node: &Node, subject: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Scalar(text) => Some(Spanned { value: text.clone(), span: node.span }),
            Value::Null => {
                self.null_name(node, subject);
                None
            }
            _ => {
                if !self.colon_in_text(node, subject) {
                    self.wrong_shape(node, subject, ExpectedShape::Single);
                }
                None
            }
        }
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, subject: &str) -> Option<Spanned<bool>> {
        let text = self.text(node, subject)?;
        let value = match text.value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => true,
            "false" | "no" | "off" | "n" => false,
            _ => {
                self.report
                    .add(
                        Rule::NotABoolean,
                        node.span,
                        format!("{subject} must be `true` or `false`, not {}", quoted(&text.value)),
                    )
                    .set_label("not a boolean")
                    .set_help("write `true` or `false`, without quotes");
                return None;
            }
        };
        Some(Spanned { value, span: node.span })
    }

    /// Reads a number of characters.
    pub(super) fn length(&mut self, node: &Node, subject: &str) -> Option<Spanned<u32>> {
        let text = self.text(node, subject)?;
        if let Some(value) = integer(&text.value) {
            return Some(Spanned { value, span: node.span });
        }
        self.report
            .add(
                Rule::NotALength,
                node.span,
                format!("{subject} must be a whole number, not {}", quoted(&text.value)),
            )
            .set_label("not a whole number")
            .set_help("write the number of Unicode characters, such as `200`");
        None
    }

    /// Warns of keys that are neither read nor known from the API.
    pub(super) fn warn_unknown_keys(
        &mut self,
        entries: &Entries<'_>,
        subject: &'static str,
        known: &[&str],
    ) {
        for (key, _) in entries.entries() {
            if known.contains(&key.value) || !self.warned.insert((subject, key.value.to_owned())) {
                continue;
            }
            self.report
                .add(
                    Rule::UnknownKey,
                    key.span,
                    format!("unknown key {} in {subject}", quoted(key.value)),
                )
                .set_label("ignored")
                .set_help(suggest::help(
                    key.value,
                    known.iter().copied(),
                    "this version ignores the key; if it comes from telecrm, you can keep it",
                ));
        }
    }

    /// Returns the value of a required key, or reports its absence.
    pub(super) fn required<'n>(
        &mut self,
        node: &Node,
        entries: &Entries<'n>,
        subject: &str,
        (key, example): (&str, &str),
    ) -> Option<&'n Node> {
        if let Some(value) = entries.get(key) {
            return Some(value);
        }
        let near = nearest(key, entries.entries().map(|(key, _)| key.value));
        let misspelled = entries.entries().find(|(key, _)| Some(key.value) == near);
        if let Some((key, _)) = misspelled {
            self.report.withdraw(Rule::UnknownKey, key.span);
        }
        let span = misspelled.map_or(node.span, |(key, _)| key.span);
        let diagnostic =
            self.report.add(Rule::MissingKey, span, format!("{subject} lacks `{key}`"));
        diagnostic.set_label(match near {
            Some(_) => "misspelled".to_owned(),
            None => format!("no `{key}` here"),
        });
        diagnostic.set_help(match near {
            Some(near) => format!("write `{key}` instead of {}", quoted(near)),
            None => format!("add `{key}`, such as `{key}: {example}`"),
        });
        None
    }

    fn wrong_shape(&mut self, node: &Node, subject: &str, expected: ExpectedShape) {
        let noun = node.value.noun();
        let (shape, help) = match expected {
            ExpectedShape::Mapping => {
                ("a mapping", "write `key: value` lines, or `{ key: value }`")
            }
            ExpectedShape::List => {
                ("a list", "write each entry on its own line after `- `, or all of them in `[…]`")
            }
            ExpectedShape::Single => ("a single value", "write a word, or text in quotes"),
        };
        self.report
            .add(Rule::WrongShape, node.span, format!("{subject} must be {shape}, not {noun}"))
            .set_label(format!("this is {noun}"))
            .set_help(help);
    }

    fn null_name(&mut self, node: &Node, subject: &str) {
        self.report
            .add(
                Rule::NullName,
                node.span,
                format!("{subject} is missing: YAML reads this as `null`"),
            )
            .set_label("read as `null`")
            .set_help("if this is the name, put it in quotes: \"null\" or \"~\"");
    }
}

/// Reads an informational text, and ignores a node of any other shape.
pub(super) fn prose(node: Option<&Node>) -> Option<String> {
    let text = node.and_then(Node::as_str).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned)
}

/// Parses an integer of YAML: `200`, `+200`, `0xC8`, `0o310`, `0b11001000`, `1_000`.
fn integer(text: &str) -> Option<u32> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        Some("0b") => (&text[2..], 2),
        _ => (text, 10),
    };
    u32::from_str_radix(&digits.replace('_', ""), radix).ok()
}
