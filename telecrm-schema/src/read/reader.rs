//! Reader of nodes: reports what is in the wrong place, and leaves it out.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Report, Rule, Span, Spanned, quoted};
use crate::invisible::is_blank;
use crate::suggest::{self, nearest};
use crate::yaml::{Node, Value};

/// Reads nodes and reports what is wrong with them.
pub(super) struct Reader<'r> {
    pub(super) report: &'r mut Report,
    /// Unknown keys with a warning, by the kind of object: one warning a key is enough.
    warned: BTreeSet<(&'static str, String)>,
    /// The end of the last label that began right after a comma.
    pub(super) comma_label_end: Option<usize>,
}

/// The shape that a node should have.
#[derive(Clone, Copy)]
enum WantedShape {
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
        self.entries.iter().find(|(it, _)| it.value == key).map(|&(_, value)| value)
    }

    /// The same; `null` counts as absent.
    pub(super) fn get_non_null(&self, key: &str) -> Option<&'n Node> {
        self.get(key).filter(|node| !matches!(node.value, Value::Null))
    }
}

impl<'r> Reader<'r> {
    pub(super) fn new(report: &'r mut Report) -> Self {
        Self { report, warned: BTreeSet::new(), comma_label_end: None }
    }

    /// A mapping; `what` names it in messages ("a field of `customFields`").
    pub(super) fn mapping<'n>(&mut self, node: &'n Node, what: &str) -> Option<Entries<'n>> {
        let Value::Mapping(pairs) = &node.value else {
            self.wrong_shape(node, what, WantedShape::Mapping);
            return None;
        };
        let mut entries: Vec<(Spanned<&str>, &Node)> = Vec::with_capacity(pairs.len());
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (key, value) in pairs {
            let name = match &key.value {
                Value::Scalar(name) => name.as_str(),
                Value::Null => {
                    self.null_name(key, &format!("a key of {what}"));
                    continue;
                }
                _ => {
                    self.wrong_shape(key, &format!("a key of {what}"), WantedShape::Single);
                    continue;
                }
            };
            if let Some(&first) = seen.get(name) {
                let first = self.report.place(first);
                self.report
                    .add(
                        Rule::DuplicateKey,
                        key.span,
                        format!("{what} has the key {} twice", quoted(name)),
                    )
                    .label("again")
                    .related(first, "first here")
                    .with_help("keep one of the two: YAML readers silently drop the other");
                continue;
            }
            seen.insert(name, key.span);
            entries.push((Spanned { value: name, span: key.span }, value));
        }
        Some(Entries { entries })
    }

    /// A list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            // `customFields:` with nothing below it is an empty list.
            Value::Null => &[],
            _ => {
                self.wrong_shape(node, what, WantedShape::List);
                &[]
            }
        }
    }

    /// The list of a section: the list itself, or the endpoint's whole answer that holds it.
    pub(super) fn section<'n>(&mut self, node: &'n Node, key: &'static str) -> &'n [Node] {
        if !matches!(node.value, Value::Mapping(_)) {
            return self.list(node, &format!("`{key}`"));
        }
        let what = format!("the answer under `{key}`");
        let Some(answer) = self.mapping(node, &what) else { return &[] };
        let Some(list) = answer.get(key) else {
            self.report
                .add(
                    Rule::WrongShape,
                    node.span,
                    format!("`{key}` is neither a list nor the endpoint's answer"),
                )
                .label("a mapping without the list")
                .with_help(format!(
                    "write the list itself (`{key}:` with `- …` lines below it), or the whole JSON \
                     answer (`{{\"{key}\": […]}}`)"
                ));
            return &[];
        };
        self.list(list, &what)
    }

    /// Text that names something, as spelled; never blank.
    pub(super) fn name(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        let text = self.text(node, what)?;
        if is_blank(&text.value) {
            self.report
                .add(Rule::BlankName, node.span, format!("{what} is blank"))
                .label("nothing visible in it")
                .with_help("write the name that telecrm has for it");
            return None;
        }
        Some(text)
    }

    /// Text that may be blank.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Scalar(text) => Some(Spanned { value: text.clone(), span: node.span }),
            Value::Null => {
                self.null_name(node, what);
                None
            }
            _ => {
                if !self.colon_in_text(node, what) {
                    self.wrong_shape(node, what, WantedShape::Single);
                }
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, what: &str) -> Option<Spanned<bool>> {
        let text = self.text(node, what)?;
        let value = match text.value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => true,
            "false" | "no" | "off" | "n" => false,
            _ => {
                self.report
                    .add(
                        Rule::NotABoolean,
                        node.span,
                        format!("{what} must be `true` or `false`, not {}", quoted(&text.value)),
                    )
                    .label("not a boolean")
                    .with_help("write `true` or `false`, without quotes");
                return None;
            }
        };
        Some(Spanned { value, span: node.span })
    }

    /// A number of characters.
    pub(super) fn length(&mut self, node: &Node, what: &str) -> Option<Spanned<u32>> {
        let text = self.text(node, what)?;
        if let Some(value) = integer(&text.value) {
            return Some(Spanned { value, span: node.span });
        }
        self.report
            .add(
                Rule::NotALength,
                node.span,
                format!("{what} must be a whole number, not {}", quoted(&text.value)),
            )
            .label("not a whole number")
            .with_help("write the number of Unicode characters, such as `200`");
        None
    }

    /// Warns of keys that are neither read nor known to come from the API.
    pub(super) fn warn_unknown_keys(
        &mut self,
        entries: &Entries<'_>,
        what: &'static str,
        known: &[&str],
    ) {
        for (key, _) in entries.entries() {
            if known.contains(&key.value) || !self.warned.insert((what, key.value.to_owned())) {
                continue;
            }
            self.report
                .add(
                    Rule::UnknownKey,
                    key.span,
                    format!("unknown key {} in {what}", quoted(key.value)),
                )
                .label("ignored")
                .with_help(suggest::help(
                    key.value,
                    known.iter().copied(),
                    "if telecrm sends it, it can stay: this version does not use it",
                ));
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required<'n>(
        &mut self,
        node: &Node,
        entries: &Entries<'n>,
        what: &str,
        (key, example): (&str, &str),
    ) -> Option<&'n Node> {
        if let Some(value) = entries.get(key) {
            return Some(value);
        }
        let near = nearest(key, entries.entries().map(|(key, _)| key.value));
        let misspelt = entries.entries().find(|(key, _)| Some(key.value) == near);
        if let Some((key, _)) = misspelt {
            self.report.withdraw(Rule::UnknownKey, key.span);
        }
        let span = misspelt.map_or(node.span, |(key, _)| key.span);
        let diagnostic = self.report.add(Rule::MissingKey, span, format!("{what} lacks `{key}`"));
        diagnostic.label(match near {
            Some(_) => "misspelt".to_owned(),
            None => format!("no `{key}` here"),
        });
        diagnostic.with_help(match near {
            Some(near) => format!("write `{key}` instead of {}", quoted(near)),
            None => format!("add `{key}`, such as `{key}: {example}`"),
        });
        None
    }

    fn wrong_shape(&mut self, node: &Node, what: &str, wanted: WantedShape) {
        let noun = node.value.noun();
        let (wanted, help) = match wanted {
            WantedShape::Mapping => ("a mapping", "write `key: value` lines, or `{ key: value }`"),
            WantedShape::List => {
                ("a list", "write each entry on its own line after `- `, or all of them in `[…]`")
            }
            WantedShape::Single => ("a single value", "write a word, or text in quotes"),
        };
        self.report
            .add(Rule::WrongShape, node.span, format!("{what} must be {wanted}, not {noun}"))
            .label(format!("this is {noun}"))
            .with_help(help);
    }

    fn null_name(&mut self, node: &Node, what: &str) {
        self.report
            .add(Rule::NullName, node.span, format!("{what} is missing: YAML reads this as `null`"))
            .label("read as `null`")
            .with_help("to name it so, use quotes: \"null\" or \"~\"");
    }
}

/// Text for people only; any other shape is ignored.
pub(super) fn prose(node: Option<&Node>) -> Option<String> {
    let text = node.and_then(Node::as_str).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned)
}

/// An integer as YAML spells it: `200`, `+200`, `0xC8`, `0o310`, `0b11001000`, `1_000`.
fn integer(text: &str) -> Option<u32> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        Some("0b") => (&text[2..], 2),
        _ => (text, 10),
    };
    u32::from_str_radix(&digits.replace('_', ""), radix).ok()
}
