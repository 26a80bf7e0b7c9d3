//! Builder of a tree from the events of the YAML parser.
//!
//! The parser does not resolve types, so a scalar keeps its spelling. Typed values would lose it:
//! `Yes` becomes `true`, and `1.50` becomes `1.5`.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::{Node, Value};
use crate::diagnostic::Span;

/// Maximum number of nested levels. A schema has about ten.
const MAX_DEPTH: usize = 32;
/// Maximum number of nodes, so that a file that is larger than any schema fails quickly.
const MAX_NODES: usize = 600_000;
/// Maximum number of bytes that anchors and aliases copy, to limit the use of memory.
const MAX_COPIED: usize = 8 * 1024 * 1024;

/// The tree of a text.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// The positions of the bare scalars.
    pub(super) bare: Vec<Span>,
}

/// Error that prevents building a tree.
pub(super) enum Fault {
    /// The text is not YAML.
    Syntax(ScanError),
    /// The node at this position is deeper than [`MAX_DEPTH`].
    TooDeep(Span),
    /// The node at this position exceeds [`MAX_NODES`].
    TooManyNodes(Span),
    /// The anchor or alias at this position exceeds [`MAX_COPIED`].
    TooManyCopies(Span),
    /// This alias refers to a node that contains it.
    EndlessAlias(Span),
    /// The value of a merge key is neither a mapping nor a list of mappings.
    NotMergeable(Span),
    /// A second document starts at this position.
    SecondDocument(Span),
}

/// Reads a text into a tree.
pub(super) fn read(text: &str) -> Result<Tree, Fault> {
    let options = serde_yaml::granit_parser::options! { emit_comments: false };
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(Fault::Syntax)?;
        let range = span.byte_range().unwrap_or_default();
        builder.event(event, Span::new(range.start, range.end))?;
    }
    Ok(builder.tree)
}

/// A tree that is not complete yet.
#[derive(Default)]
struct Builder {
    tree: Tree,
    /// The lists and mappings that have not ended, the outermost first.
    open: Vec<Open>,
    /// Complete nodes with an anchor, by its number.
    anchors: BTreeMap<usize, Node>,
    documents: usize,
    nodes: usize,
    copied: usize,
}

/// A list or mapping that has not ended.
struct Open {
    node: Node,
    anchor: usize,
    /// The key of a mapping whose value comes next.
    key: Option<Key>,
    /// The entries of the merge keys.
    merged: Vec<(Node, Node)>,
}

struct Key {
    node: Node,
    /// Whether the key is a bare `<<`.
    is_merge: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_bare = matches!(style, ScalarStyle::Plain);
                if is_bare {
                    self.tree.bare.push(span);
                }
                let is_merge = is_bare && tag.is_none() && text == "<<";
                let value = if is_null(&text, is_bare, tag.as_deref()) {
                    Value::Null
                } else {
                    Value::Scalar(text.into_owned())
                };
                self.complete(Node { value, span }, anchor, is_merge)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.start(Node { value: Value::Sequence(Vec::new()), span }, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                self.start(Node { value: Value::Mapping(Vec::new()), span }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(mut ended) = self.open.pop() else { return Ok(()) };
                ended.merge();
                self.complete(ended.node, ended.anchor, false)
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).ok_or(Fault::EndlessAlias(span))?;
                let Extent { bytes, levels } = Extent::of(node);
                if self.open.len() + levels > MAX_DEPTH {
                    return Err(Fault::TooDeep(span));
                }
                self.copied += bytes;
                if self.copied > MAX_COPIED {
                    return Err(Fault::TooManyCopies(span));
                }
                let mut node = node.clone();
                move_to(&mut node, span);
                self.complete(node, 0, false)
            }
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 { Err(Fault::SecondDocument(span)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if self.open.len() == MAX_DEPTH {
            return Err(Fault::TooDeep(node.span));
        }
        self.open.push(Open { node, anchor, key: None, merged: Vec::new() });
        Ok(())
    }

    /// Adds a complete node to the list or mapping around it.
    fn complete(&mut self, node: Node, anchor: usize, is_merge: bool) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Fault::TooManyNodes(node.span));
        }
        // The parser counts anchors from 1.
        if anchor > 0 {
            self.copied += Extent::of(&node).bytes;
            if self.copied > MAX_COPIED {
                return Err(Fault::TooManyCopies(node.span));
            }
            self.anchors.insert(anchor, node.clone());
        }
        if let Some(parent) = self.open.last_mut() {
            return parent.add(node, is_merge);
        }
        self.tree.root = node;
        Ok(())
    }
}

impl Open {
    fn add(&mut self, node: Node, is_merge: bool) -> Result<(), Fault> {
        match &mut self.node.value {
            Value::Sequence(items) => items.push(node),
            Value::Mapping(entries) => match self.key.take() {
                None => self.key = Some(Key { node, is_merge }),
                Some(key) if key.is_merge => self.merged.extend(mergeable(node)?),
                Some(key) => entries.push((key.node, node)),
            },
            Value::Null | Value::Scalar(_) => {}
        }
        Ok(())
    }

    /// Adds the entries of the merge keys. An existing key keeps its value.
    fn merge(&mut self) {
        let Value::Mapping(entries) = &mut self.node.value else { return };
        if self.merged.is_empty() {
            return;
        }
        let name = |key: &Node| key.as_str().map(str::to_owned);
        let mut known: BTreeSet<_> = entries.iter().map(|(key, _)| name(key)).collect();
        entries.extend(self.merged.drain(..).filter(|(key, _)| known.insert(name(key))));
    }
}

/// Returns the entries that the value of a merge key adds.
fn mergeable(node: Node) -> Result<Vec<(Node, Node)>, Fault> {
    match node.value {
        Value::Null => Ok(Vec::new()),
        Value::Mapping(entries) => Ok(entries),
        Value::Sequence(items) => {
            let entries: Result<Vec<_>, _> = items.into_iter().map(mergeable).collect();
            Ok(entries?.into_iter().flatten().collect())
        }
        Value::Scalar(_) => Err(Fault::NotMergeable(node.span)),
    }
}

fn is_null(text: &str, is_bare: bool, tag: Option<&Tag>) -> bool {
    match tag {
        Some(tag) => tag.is_yaml_core_schema_tag("null"),
        None => is_bare && matches!(text, "" | "~" | "null" | "Null" | "NULL"),
    }
}

/// Memory and depth of a copy of a node.
#[derive(Default)]
struct Extent {
    bytes: usize,
    levels: usize,
}

impl Extent {
    fn of(node: &Node) -> Self {
        let children: Self = match &node.value {
            Value::Null => return Self { bytes: size_of::<Node>(), levels: 0 },
            Value::Scalar(text) => {
                return Self { bytes: size_of::<Node>() + text.len(), levels: 0 };
            }
            Value::Sequence(items) => items.iter().map(Self::of).collect(),
            Value::Mapping(entries) => {
                entries.iter().flat_map(|(key, value)| [key, value]).map(Self::of).collect()
            }
        };
        Self { bytes: size_of::<Node>() + children.bytes, levels: children.levels + 1 }
    }
}

/// Combines the extents of sibling nodes.
impl FromIterator<Extent> for Extent {
    fn from_iter<I: IntoIterator<Item = Self>>(nodes: I) -> Self {
        nodes.into_iter().fold(Self::default(), |total, node| Self {
            bytes: total.bytes + node.bytes,
            levels: total.levels.max(node.levels),
        })
    }
}

/// Sets the span of a node and of all its descendants.
fn move_to(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| move_to(item, span)),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                move_to(key, span);
                move_to(value, span);
            }
        }
    }
}
