//! The file as a tree of positioned nodes.
//!
//! serde's derives would stop at the first mistake, and untyped values lose their spelling
//! (`Yes` becomes `true`, `1.50` becomes `1.5`). So the YAML library only gives the shape and the
//! places; a scalar's text is what the file spells at its place.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::diagnostic::Span;

/// A node of the file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// Its content.
    pub value: Value,
    /// Where it is used: for an alias the place of the alias.
    pub span: Span,
}

/// Content at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Bare `null`, `~` or nothing at all.
    Null,
    /// A scalar by its spelling: what the quotes hold, or the bare text as it stands.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Entries in the order of the file; keys may repeat, the reader reports that.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Mapping(entries) = &self.value else { return None };
        entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
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

/// The library's form of a node, before spellings are looked up in the text.
struct Placed(Spanned<Shape<Placed>>);

/// The same without places, which take most of the reading.
struct Plain(Shape<Plain>);

enum Shape<N> {
    Null,
    /// A string, resolved by the library: quotes removed, escapes read, lines folded.
    Text(String),
    /// A bare scalar that YAML reads as a boolean or number, as YAML would spell it.
    Typed(String),
    Sequence(Vec<N>),
    Mapping(Vec<(N, N)>),
}

/// Reads the text into a tree.
pub(super) fn parse(text: &str) -> Result<Node, serde_yaml::Error> {
    let placed: Placed = serde_yaml::from_str_with_options(text, options())?;
    Ok(placed.resolve(text))
}

/// Reads the text into a tree without places. The spelling of bare booleans and numbers is lost:
/// they are marked with [`Span::UNSPELLED`].
pub(super) fn parse_plain(text: &str) -> Result<Node, serde_yaml::Error> {
    let plain: Plain = serde_yaml::from_str_with_options(text, options())?;
    Ok(plain.resolve())
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

impl Placed {
    fn resolve(self, text: &str) -> Node {
        let Self(Spanned { value, referenced, defined, .. }) = self;
        let spelled = || text.get(span_of(defined).range()).unwrap_or_default().to_owned();
        let value = value.resolve(|node| node.resolve(text), |_| spelled());
        Node { value, span: span_of(referenced) }
    }
}

impl Plain {
    fn resolve(self) -> Node {
        let Self(shape) = self;
        let is_typed = matches!(shape, Shape::Typed(_));
        let span = if is_typed { Span::UNSPELLED } else { Span::default() };
        Node { value: shape.resolve(Self::resolve, |canonical| canonical), span }
    }
}

impl<N> Shape<N> {
    fn resolve(self, node: impl Fn(N) -> Node, typed: impl Fn(String) -> String) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Scalar(text),
            Self::Typed(canonical) => Value::Scalar(typed(canonical)),
            Self::Sequence(items) => Value::Sequence(items.into_iter().map(node).collect()),
            Self::Mapping(entries) => {
                let entries = entries.into_iter();
                Value::Mapping(entries.map(|(key, value)| (node(key), node(value))).collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Shape::deserialize(deserializer).map(Self)
    }
}

impl<'de, N: Deserialize<'de>> Deserialize<'de> for Shape<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor(PhantomData))
    }
}

struct ShapeVisitor<N>(PhantomData<N>);

/// Bare scalars that YAML reads as something else than text.
macro_rules! typed {
    ($($visit:ident: $ty:ty),*) => {$(
        fn $visit<E>(self, value: $ty) -> Result<Shape<N>, E> {
            Ok(Shape::Typed(value.to_string()))
        }
    )*};
}

impl<'de, N: Deserialize<'de>> Visitor<'de> for ShapeVisitor<N> {
    type Value = Shape<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML")
    }

    fn visit_unit<E>(self) -> Result<Shape<N>, E> {
        Ok(Shape::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape<N>, E> {
        Ok(Shape::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Shape<N>, E> {
        Ok(Shape::Text(text))
    }

    typed! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_i128: i128,
        visit_u128: u128
    }

    fn visit_f64<E>(self, value: f64) -> Result<Shape<N>, E> {
        // With its point, so that it is not taken for an integer.
        Ok(Shape::Typed(format!("{value:?}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape<N>, A::Error> {
        let mut sequence = Vec::new();
        while let Some(item) = items.next_element()? {
            sequence.push(item);
        }
        Ok(Shape::Sequence(sequence))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape<N>, A::Error> {
        let mut mapping = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            mapping.push(entry);
        }
        Ok(Shape::Mapping(mapping))
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
    fn outline(node: &Node, text: &str) -> String {
        let at = &text[node.span.range()];
        match &node.value {
            Value::Null => format!("null@{at:?}"),
            Value::Scalar(scalar) => format!("{scalar:?}@{at:?}"),
            Value::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| outline(item, text)).collect();
                format!("[{}]", items.join(" "))
            }
            Value::Mapping(entries) => {
                let entries = entries
                    .iter()
                    .map(|(k, v)| format!("{}: {}", outline(k, text), outline(v, text)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn outline_of(text: &str) -> String {
        outline(&parse(text).expect("the test's YAML is readable"), text)
    }

    #[test]
    fn a_scalar_is_its_spelling() {
        let text = "[Yes, 1.50, 010, .inf, 0x1F, on, 99999999999999999999, 1e400, -0]";
        let items: Vec<_> =
            text[1..text.len() - 1].split(", ").map(|item| format!("{item:?}@{item:?}")).collect();
        assert_eq!(outline_of(text), format!("[{}]", items.join(" ")));
    }

    #[test]
    fn quotes_are_removed_and_their_place_kept() {
        assert_eq!(
            outline_of("a: 'R & D'\nb: \"1\\u0031\"\n"),
            r#"{"a"@"a": "R & D"@"'R & D'" "b"@"b": "11"@"\"1\\u0031\""}"#
        );
    }

    #[test]
    fn nothing_is_null() {
        assert_eq!(outline_of("a:\nb: ~\n"), r#"{"a"@"a": null@"" "b"@"b": null@"~"}"#);
        assert_eq!(outline_of("[null, 'null']"), r#"[null@"null" "null"@"'null'"]"#);
    }

    #[test]
    fn keys_are_spelled_too_and_may_repeat() {
        assert_eq!(
            outline_of("yes: 1\n010: 2\nyes: 3\n"),
            r#"{"yes"@"yes": "1"@"1" "010"@"010": "2"@"2" "yes"@"yes": "3"@"3"}"#
        );
    }

    #[test]
    fn an_alias_is_placed_where_it_is_used_and_spelled_where_it_is_defined() {
        assert_eq!(
            outline_of("a: &x 010\nb: *x\n"),
            r#"{"a"@"a": "010"@"010" "b"@"b": "010"@"*x"}"#
        );
    }

    #[test]
    fn byte_places_survive_other_scripts() {
        assert_eq!(outline_of("नाम: [₹5, 010]"), r#"{"नाम"@"नाम": ["₹5"@"₹5" "010"@"010"]}"#);
    }
}
