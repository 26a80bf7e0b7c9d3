//! Removal of the indentation of whole sections.

/// Moves a block mapping with indented keys to the first column. Returns `None` unless all keys begin
/// a line with the same indentation.
pub(super) fn moved_to_first_column(text: &str, keys: &[usize]) -> Option<String> {
    let indent_of = |&at: &usize| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line..at];
        before.bytes().all(|byte| byte == b' ').then_some(before.len())
    };
    let mut indents = keys.iter().map(indent_of);
    let indent = indents.next()??;
    if indent == 0 || indents.any(|other| other != Some(indent)) {
        return None;
    }
    let lines = text.split('\n').map(|line| {
        let spaces = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
        &line[spaces..]
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indented_mapping_moves_as_a_whole() {
        let text = "# c\n   a:\n     - 1\n # d\n\n   b: 2\n";
        let keys = [text.find('a').expect("a"), text.find('b').expect("b")];
        assert_eq!(
            moved_to_first_column(text, &keys).as_deref(),
            Some("# c\na:\n  - 1\n# d\n\nb: 2\n")
        );
        assert_eq!(moved_to_first_column("a: 1\nb: 2\n", &[0, 5]), None);
        assert_eq!(moved_to_first_column(" a: 1\n  b: 2\n", &[1, 8]), None);
        assert_eq!(moved_to_first_column(" { a: 1,\n   b: 2 }\n", &[3, 12]), None);
    }
}
