//! A YAML text as a tree of nodes with their places.
//!
//! serde's derives would stop at the first mistake, and untyped values lose their spelling
//! (`Yes` becomes `true`, `1.50` becomes `1.5`). So the YAML library only gives the shape and the
//! places; a scalar's text is what the file spells at its place.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::diagnostic::Span;

/// A node of a YAML text, with its place. Nodes are equal where they say the same, wherever they
/// stand.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Node<P = Span> {
    /// Its content.
    pub value: Value<P>,
    /// Where it is used: for an alias the place of the alias. Exact for scalars; of a list or
    /// mapping only the start counts.
    pub span: P,
}

/// Content of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value<P = Span> {
    /// Bare `null`, `~` or nothing at all.
    #[default]
    Null,
    /// A scalar by its spelling: what the quotes hold, or the bare text as it stands. So `true` and
    /// `"true"` are one: what it means is for its reader to say.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node<P>>),
    /// Entries in the order of the file; keys may repeat, which the reader of a schema reports.
    Mapping(Vec<(Node<P>, Node<P>)>),
}

impl Node {
    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The entries of a mapping; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

impl<P: PartialEq> PartialEq for Node<P> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<P: Eq> Eq for Node<P> {}

impl Value {
    /// Its name in a message.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// Reads the text into a tree.
pub(super) fn parse(text: &str) -> Result<Node, serde_yaml::Error> {
    let Read::<Found>(root) = serde_yaml::from_str_with_options(text, options())?;
    Ok(root.spelled(text))
}

/// Reads the text into a tree without places, which take most of the reading. The spelling of bare
/// booleans and numbers is lost: they are marked with [`Span::UNSPELLED`].
pub(super) fn parse_plain(text: &str) -> Result<Node, serde_yaml::Error> {
    let Read(root) = serde_yaml::from_str_with_options(text, options())?;
    Ok(root)
}

/// The library's limits, tightened: a schema is a few thousand lines, and a file that tries
/// to be more must be refused in a blink, also in the dev profile.
fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: 32,
            max_documents: 1,
            max_anchors: 2_000,
            max_aliases: 10_000,
            max_recorded_anchor_events: 100_000,
            max_recorded_anchor_bytes: 8 * 1024 * 1024,
            max_nodes: 600_000,
            max_events: 1_500_000,
            max_total_scalar_bytes: 64 * 1024 * 1024,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: 50_000,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: serde_yaml::options::DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: serde_yaml::options::NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    }
}

/// Place of a node, as far as it is known while the node is read.
trait Place: Sized {
    /// Reads a node with its place.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node<Self>, D::Error>;

    /// Stands for the place of a node of which only the content is read. `is_typed` is whether that
    /// is a bare scalar that YAML reads as a boolean or number.
    fn unknown(is_typed: bool) -> Self;
}

/// Reading without places.
impl Place for Span {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node<Self>, D::Error> {
        deserializer.deserialize_any(NodeVisitor(PhantomData))
    }

    fn unknown(is_typed: bool) -> Self {
        if is_typed { Self::UNSPELLED } else { Self::default() }
    }
}

/// The library's places of a node.
struct Found {
    used: Span,
    /// Where a bare boolean or number is spelled.
    spelling: Option<Span>,
}

impl Place for Found {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node<Self>, D::Error> {
        let Spanned { value: Content(mut node), referenced, defined, .. } =
            Spanned::deserialize(deserializer)?;
        let spelling = node.span.spelling.map(|_| span_of(defined));
        node.span = Self { used: span_of(referenced), spelling };
        Ok(node)
    }

    fn unknown(is_typed: bool) -> Self {
        Self { used: Span::default(), spelling: is_typed.then(Span::default) }
    }
}

impl Node<Found> {
    /// The same with the spelling of each scalar.
    fn spelled(self, text: &str) -> Node {
        let Found { used, spelling } = self.span;
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Scalar(resolved) => Value::Scalar(match spelling {
                Some(span) => text.get(span.range()).unwrap_or_default().to_owned(),
                None => resolved,
            }),
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|it| it.spelled(text)).collect())
            }
            Value::Mapping(entries) => {
                let entries = entries.into_iter();
                Value::Mapping(entries.map(|(k, v)| (k.spelled(text), v.spelled(text))).collect())
            }
        };
        Node { value, span: used }
    }
}

/// A node to be read, for serde alone: users cannot deserialize a [`Node`].
struct Read<P>(Node<P>);

impl<'de, P: Place> Deserialize<'de> for Read<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(P::read(deserializer)?))
    }
}

/// A node within [`Spanned`], which knows its place.
struct Content(Node<Found>);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(deserializer.deserialize_any(NodeVisitor(PhantomData))?))
    }
}

/// Reads the content of a node.
struct NodeVisitor<P>(PhantomData<P>);

/// Bare scalars that YAML reads as something else than text, by YAML's own spelling.
macro_rules! typed {
    ($($visit:ident: $ty:ty),*) => {$(
        fn $visit<E>(self, value: $ty) -> Result<Node<P>, E> {
            Ok(Node { value: Value::Scalar(value.to_string()), span: P::unknown(true) })
        }
    )*};
}

impl<'de, P: Place> Visitor<'de> for NodeVisitor<P> {
    type Value = Node<P>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML")
    }

    fn visit_unit<E>(self) -> Result<Node<P>, E> {
        Ok(Node { value: Value::Null, span: P::unknown(false) })
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<P>, E> {
        Ok(Node { value: Value::Scalar(text.to_owned()), span: P::unknown(false) })
    }

    fn visit_string<E>(self, text: String) -> Result<Node<P>, E> {
        Ok(Node { value: Value::Scalar(text), span: P::unknown(false) })
    }

    typed! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_i128: i128,
        visit_u128: u128
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<P>, E> {
        // With its point, so that it is not taken for an integer.
        Ok(Node { value: Value::Scalar(format!("{value:?}")), span: P::unknown(true) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<P>, A::Error> {
        let mut sequence = Vec::new();
        while let Some(Read(item)) = items.next_element()? {
            sequence.push(item);
        }
        Ok(Node { value: Value::Sequence(sequence), span: P::unknown(false) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<P>, A::Error> {
        let mut mapping = Vec::new();
        while let Some((Read(key), Read(value))) = entries.next_entry()? {
            mapping.push((key, value));
        }
        Ok(Node { value: Value::Mapping(mapping), span: P::unknown(false) })
    }
}

/// The library's place as bytes of the text.
fn span_of(location: Location) -> Span {
    let span = location.span();
    let start = span.byte_offset().unwrap_or_default();
    let end = start + span.byte_len().unwrap_or_default();
    Span::new(usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as text, so that a test can show all of it at once.
    fn shown(node: &Node, text: &str) -> String {
        let at = &text[node.span.range()];
        match &node.value {
            Value::Null => format!("null@{at:?}"),
            Value::Scalar(scalar) => format!("{scalar:?}@{at:?}"),
            Value::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| shown(item, text)).collect();
                format!("[{}]", items.join(" "))
            }
            Value::Mapping(entries) => {
                let entries =
                    entries.iter().map(|(k, v)| format!("{}: {}", shown(k, text), shown(v, text)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn shown_of(text: &str) -> String {
        shown(&parse(text).expect("the test's YAML is readable"), text)
    }

    #[test]
    fn a_scalar_is_its_spelling() {
        let text = "[Yes, 1.50, 010, .inf, 0x1F, on, 99999999999999999999, 1e400, -0]";
        let items: Vec<_> =
            text[1..text.len() - 1].split(", ").map(|item| format!("{item:?}@{item:?}")).collect();
        assert_eq!(shown_of(text), format!("[{}]", items.join(" ")));
    }

    #[test]
    fn quotes_are_removed_and_their_place_kept() {
        assert_eq!(
            shown_of("a: 'R & D'\nb: \"1\\u0031\"\n"),
            r#"{"a"@"a": "R & D"@"'R & D'" "b"@"b": "11"@"\"1\\u0031\""}"#
        );
    }

    #[test]
    fn nothing_is_null() {
        assert_eq!(shown_of("a:\nb: ~\n"), r#"{"a"@"a": null@"" "b"@"b": null@"~"}"#);
        assert_eq!(shown_of("[null, 'null']"), r#"[null@"null" "null"@"'null'"]"#);
    }

    #[test]
    fn keys_are_spelled_too_and_may_repeat() {
        assert_eq!(
            shown_of("yes: 1\n010: 2\nyes: 3\n"),
            r#"{"yes"@"yes": "1"@"1" "010"@"010": "2"@"2" "yes"@"yes": "3"@"3"}"#
        );
    }

    #[test]
    fn an_alias_is_placed_where_it_is_used_and_spelled_where_it_is_defined() {
        assert_eq!(shown_of("a: &x 010\nb: *x\n"), r#"{"a"@"a": "010"@"010" "b"@"b": "010"@"*x"}"#);
    }

    #[test]
    fn byte_places_survive_other_scripts() {
        assert_eq!(shown_of("नाम: [₹5, 010]"), r#"{"नाम"@"नाम": ["₹5"@"₹5" "010"@"010"]}"#);
    }
}
