//! Paths and imports in the tokens of a Rust file.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path, such as `crate::value::Text`, by its segments.
pub(crate) type Path = Vec<String>;

/// One name that a `use` declaration brings into scope.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) path: Path,
    /// The name in the importing module; `*` for a glob.
    pub(crate) name: String,
}

/// Paths and local imports of an item, without those that only tests use.
pub(crate) fn collect(stream: TokenStream, paths: &mut Vec<Path>, uses: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(punct)
                if punct.as_char() == '#' && is_test_attribute(&tokens[at..]) =>
            {
                at = item_end(&tokens, at + 2);
                continue;
            }
            TokenTree::Ident(ident) if ident == "use" && !is_punct(tokens.get(at + 1), '<') => {
                let end = item_end(&tokens, at);
                uses.extend(self::uses(&tokens[at + 1..end]));
                at = end;
                continue;
            }
            TokenTree::Ident(_) => {
                let (path, end) = path(&tokens, at);
                // Neither a field, a method, a lifetime nor the rest of another path.
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                if !['.', ':', '\''].iter().any(|&sign| is_punct(before, sign))
                    || is_type(&tokens, at)
                {
                    paths.push(path);
                }
                at = end;
                continue;
            }
            TokenTree::Group(group) => collect(group.stream(), paths, uses),
            _ => {}
        }
        at += 1;
    }
}

/// Whether a single colon precedes, as in `name: Type`, or two dots, as in `..value`.
fn is_type(tokens: &[TokenTree], at: usize) -> bool {
    let sign = |back: usize, sign| {
        let before = at.checked_sub(back).and_then(|before| tokens.get(before));
        is_punct(before, sign)
    };
    (sign(1, ':') && !sign(2, ':')) || (sign(1, '.') && sign(2, '.'))
}

/// The path that begins at an identifier, and the position after the path.
fn path(tokens: &[TokenTree], start: usize) -> (Path, usize) {
    let mut segments = Path::new();
    let mut at = start;
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        segments.push(ident.to_string());
        at += 1;
        if !(is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')) {
            break;
        }
        if !matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        at += 2;
    }
    (segments, at)
}

/// The names that a tree of imports brings into scope, given the tokens between `use` and `;`.
pub(crate) fn uses(tokens: &[TokenTree]) -> Vec<Use> {
    let mut uses = Vec::new();
    add_uses(tokens, &Path::new(), &mut uses);
    uses
}

fn add_uses(tokens: &[TokenTree], prefix: &[String], uses: &mut Vec<Use>) {
    let is_comma = |token: &TokenTree| is_punct(Some(token), ',') || is_punct(Some(token), ';');
    for tree in tokens.split(is_comma) {
        let mut path = prefix.to_vec();
        let mut name = None;
        let mut tree = tree.iter();
        while let Some(token) = tree.next() {
            match token {
                TokenTree::Ident(ident) if ident == "as" => {
                    name = tree.next().map(ToString::to_string);
                }
                // `a::{self}` imports `a`.
                TokenTree::Ident(ident) if ident == "self" && !path.is_empty() => {}
                TokenTree::Ident(ident) => path.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => name = Some("*".to_owned()),
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    add_uses(&inner, &path, uses);
                    path.clear();
                }
                _ => {}
            }
        }
        if let Some(last) = path.last() {
            uses.push(Use { name: name.unwrap_or_else(|| last.clone()), path });
        }
    }
}

/// The position after an item, a statement, a field or a match arm that begins at `start`.
pub(crate) fn item_end(tokens: &[TokenTree], start: usize) -> usize {
    let keyword = keyword(tokens, start);
    let ends_with_semicolon = ["const", "let", "static", "type", "use"].contains(&keyword.as_str());
    let is_item = ends_with_semicolon || ITEMS.contains(&keyword.as_str());
    for (at, token) in tokens.iter().enumerate().skip(start) {
        let ends = match token {
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' => true,
                ',' => !is_item,
                _ => false,
            },
            TokenTree::Group(group) => is_braced(group) && !ends_with_semicolon,
            _ => false,
        };
        if ends {
            return at + 1;
        }
    }
    tokens.len()
}

/// Keywords that begin an item which ends with braces or a semicolon.
const ITEMS: [&str; 11] = [
    "async",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "struct",
    "trait",
    "union",
    "unsafe",
];

/// The keyword of an item, after its visibility. A `const fn` is a `fn`.
pub(crate) fn keyword(tokens: &[TokenTree], start: usize) -> String {
    let mut words = tokens[start..].iter().filter(|token| matches!(token, TokenTree::Ident(_)));
    let mut words = words.by_ref().map(ToString::to_string).filter(|word| word != "pub");
    let first = words.next().unwrap_or_default();
    let is_function = |word: String| ["async", "extern", "fn", "unsafe"].contains(&word.as_str());
    if first == "const" && words.next().is_some_and(is_function) { "fn".to_owned() } else { first }
}

fn is_braced(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

pub(crate) fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Whether `#[cfg(test)]` begins here.
pub(crate) fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [_, TokenTree::Group(group), ..]
        if group.to_string().replace(' ', "") == "[cfg(test)]")
}
