//! Plain English: the phrases and identifiers that CONTRIBUTING.md asks contributors to replace.
//!
//! The check reads comments, doc comments, messages, test names, Markdown, HTML and rustc's notes.
//! A failure prints the file, the line, the phrase and its replacement.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// A phrase that readers in a second language stop at.
struct Phrase {
    /// The phrase in the table of CONTRIBUTING.md.
    name: &'static str,
    /// The replacement in that table.
    replacement: &'static str,
    /// Matches the phrase, in prose without code.
    pattern: &'static str,
    /// Matches an accepted use at the same place; empty if there is none.
    accepted: &'static str,
}

/// The words before "where" that name a place or a case, so that "where" refers to them.
const PLACES: &str = r"(?i)^(?:the|a|an|places?|positions?|points?|lines?|columns?|cases?|files?|folders?|tables?|rows?|pages?|sections?|modules?|crates?|offsets?|addresse?s?|versions?|from|to|of|and|or|exactly|is|are|was|know|knows|known|see|shows?|decides?|finds?|marks?|between|state|environments?|systems?|machines?|values?|types?|bytes?|paths?)[,]? ";

const PHRASES: &[Phrase] = &[
    Phrase {
        name: "`says`, `said`",
        replacement: "reports, specifies, returns, means",
        pattern: r"(?i)\b(?:says?|said|saying)\b",
        accepted: r"(?i)^(?:to|page|README|documentation) say",
    },
    Phrase {
        name: "`where` (for a condition)",
        replacement: "if, when, unless, by default",
        pattern: r"\b(?:Where (?:a|an|the|it|they|there|no|nothing|one|this|that|both)\b|[a-z]+,? where (?:not set|it is not|none|set|given|missing|unset|wanted|limited|known|absent|there|no|nothing|any|the|a|an|its|it|they|that|this|these|telecrm|another|something)\b)",
        accepted: PLACES,
    },
    Phrase {
        name: "`what` (for a noun)",
        replacement: "a noun: the values that …, the stored fields",
        pattern: r"\b(?:(?:What|Who|Whatever) (?:is|are|was|were|has|have|had|may|can|cannot|it|they|the|a|an|its|one|telecrm|rustc|cargo|becomes?)\b[^?.:¶]{0,120}[.:]|(?i:with|by|for|from|to|as|than|after|before|without|keeps?|takes?|stores?|holds?|loses?|drops?|reads?|writes?|sends?|of|and|or) what (?:it|they|a|an|its|one|each|telecrm|people|others?|follows?|comes?|came|stands?|goes|waits?|remains?|fits?)\b)",
        accepted: r"what (?:it|they) (?:means?|does|do|is|are)\b",
    },
    Phrase {
        name: "`stands`, `stood`",
        replacement: "is, is written, appears, hangs",
        pattern: r"(?i)\b(?:stands?|stood|standing)\b(?:-| \w+)?",
        accepted: r"(?i)(?:-| (?:for|out|alone|by))$",
    },
    Phrase {
        name: "`whatever`, `whichever`, `whoever`",
        replacement: "any, regardless of",
        pattern: r"(?i)\b(?:whatever|whichever|whoever)\b",
        accepted: "",
    },
    Phrase {
        name: "`alone` (for only)",
        replacement: "only",
        pattern: r"(?i)(?:\w+ )?\balone\b",
        accepted: r"(?i)^(?:let|left|leave|leaves|stand|stands) ",
    },
    Phrase {
        name: "`as it is`, `as they were`",
        replacement: "unchanged, as sent",
        pattern: r"(?i)\bas (?:it|they) (?:is|are|was|were|came|comes?|goes|go|stands?)(?:[.,;:)]| (?:sent|given|stored|typed|found|passed)\b)",
        accepted: "",
    },
    Phrase {
        name: "`beside`",
        replacement: "next to, in addition to, except",
        pattern: r"(?i)\bbeside\b",
        accepted: "",
    },
    Phrase {
        name: "`of its own`, `of one's own`",
        replacement: "its own …, a separate …",
        pattern: r"(?i)\bof (?:its|their|our|your|one's) own\b",
        accepted: "",
    },
    Phrase {
        name: "`behind` (for after)",
        replacement: "after, next to",
        pattern: r"(?i)\bbehind (?:it|them|its|others?|another|one)\b",
        accepted: "",
    },
    Phrase {
        name: "`as … has it`",
        replacement: "exactly as in …, like …",
        pattern: r"(?i)\bas (?:the |a |its |our )?(?:[\w…']+ ){1,3}(?:has|have|had|spells?|writes?|types?|sees?|shows?|knows?) (?:it|them)\b",
        accepted: "",
    },
    Phrase {
        name: "`under way`, `on its way`",
        replacement: "in progress, in flight",
        pattern: r"(?i)\bunder way\b|\bon (?:its|their) way\b",
        accepted: "",
    },
    Phrase {
        name: "`at once`",
        replacement: "immediately, at the same time",
        pattern: r"(?i)(?:\w+ )?\bat once\b",
        accepted: r"(?i)^all ",
    },
    Phrase {
        name: "`goes on`, `went on`",
        replacement: "continues, is sent",
        pattern: r"(?i)\b(?:goes|go|went|gone) on\b(?: to\b)?",
        accepted: r"(?i) to$",
    },
    Phrase {
        name: "`for people`, `as people`",
        replacement: "for users, human-readable",
        pattern: r"(?i)\b(?:for|as|how|like) people\b",
        accepted: "",
    },
    Phrase {
        name: "`what became of`",
        replacement: "the outcome of",
        pattern: r"(?i)\bbec(?:ame|omes?|oming) of\b",
        accepted: "",
    },
    Phrase {
        name: "`is told`, `told apart`, `told of`",
        replacement: "is reported, is distinguished",
        pattern: r"(?i)\b(?:is|are|was|were|be|been) told\b|\btold (?:apart|of|by)\b|\btelling apart\b",
        accepted: "",
    },
    Phrase {
        name: "`is no …`",
        replacement: "is not a …",
        pattern: r"(?i)\b(?:(?:there|here) )?(?:is|are) no (?:field|value|text|date|list|JSON|rate|ASCII|instant|lead|label|number|option|file|folder|name|schema|type)\b",
        accepted: r"(?i)^(?:there|here) ",
    },
    Phrase {
        name: "`is none`",
        replacement: "is not a …, has no …",
        pattern: r"(?i)\b(?:that|which|it|help) (?:is|are) none\b",
        accepted: "",
    },
    Phrase {
        name: "`without a word`, `to the letter`, `to the byte`",
        replacement: "silently, exactly, byte for byte",
        pattern: r"(?i)\bwithout a word\b|\bto the (?:letter|byte)\b",
        accepted: "",
    },
    Phrase {
        name: "`so many`, `so few`",
        replacement: "this many, at most N",
        pattern: r"(?i)\bso (?:many|few)\b(?: \w+)?",
        accepted: r"(?i) (?:that|different|ways)$",
    },
    Phrase {
        name: "`asked for`, `blanks`, `the rooms`",
        replacement: "requested, spaces, the modules",
        pattern: r"(?i)\basked for\b|\bblanks\b|\bthe rooms\b",
        accepted: "",
    },
];

/// Names of bindings that state nothing about their content.
const VAGUE: &str =
    r"it|what|why|said|ours|was|told|gone|theirs|whose|one|all|most|is|which|nothing|how|had|does";

/// Prose, with the line of its first character. Each `\n` in `text` is the end of a line.
struct Prose {
    line: usize,
    text: String,
}

/// A replacement that a contributor has to make.
struct Finding {
    line: usize,
    phrase: String,
    replacement: &'static str,
}

#[test]
fn repository_is_in_plain_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let check = Check::new();
    let mut report = String::new();
    let paths = files(&root, Path::new(""));
    assert!(paths.iter().any(|path| path.ends_with("english.rs")), "the root is another folder");
    for path in paths {
        let Ok(source) = fs::read_to_string(root.join(&path)) else { continue };
        let extension = path.extension().and_then(|extension| extension.to_str());
        let findings = match extension {
            Some("rs") => check.rust(&path.to_string_lossy(), &source),
            Some("md") => check.prose(&markdown(&source)),
            Some("html") => check.prose(&html(&source)),
            Some("stderr") => check.prose(&rustc_notes(&source)),
            _ => continue,
        };
        for Finding { line, phrase, replacement } in findings {
            writeln!(report, "{}:{line}: {phrase} → {replacement}", path.display()).unwrap();
        }
    }
    assert!(report.is_empty(), "see CONTRIBUTING.md, \"English\"\n{report}");
}

#[test]
fn contributing_lists_the_phrases() {
    let page = include_str!("../../../CONTRIBUTING.md");
    for Phrase { name, replacement, .. } in PHRASES {
        let row = format!("| {name} | {replacement} |");
        assert!(page.lines().any(|line| line == row), "CONTRIBUTING.md has no row: {row}");
    }
}

#[test]
fn phrases_are_found_on_their_line() {
    let source = "/// The reader\n/// says what is wrong.\nfn read() {} // It goes\n// on here.\n\
                  #[test]\nfn what_becomes_of_a_lead() { let it = 1; call(|why| why); }\n";
    let findings = Check::new().rust("crate/src/lib.rs", source);
    let found: Vec<_> =
        findings.iter().map(|finding| (finding.line, finding.phrase.as_str())).collect();
    assert_eq!(
        found,
        [(2, "says"), (3, "goes on"), (6, "becomes of"), (6, "let it ="), (6, "|why|")]
    );
}

#[test]
fn code_messages_and_accepted_uses_are_distinguished() {
    let check = Check::new();
    let phrases = |path: &str, source: &str| -> Vec<String> {
        check.rust(path, source).into_iter().map(|finding| finding.phrase).collect()
    };
    let accepted = "// `says` is code, a stand-in stands for it, all at once, left alone,\n\
                    // and a file where the lead is.\nfn f<T>() where T: Copy {}\n";
    assert_eq!(phrases("crate/src/lib.rs", accepted), Vec::<String>::new());
    let message = r##"fn f() { g(r#"the file "a" says no more"#); h("says"); }"##;
    assert_eq!(phrases("crate/src/lib.rs", message), ["says"]);
    assert_eq!(phrases("crate/tests/all.rs", message), Vec::<String>::new());
    let quoted = "fn f(c: char) -> bool { c == '\"' || c == '\\'' } // says\n";
    assert_eq!(phrases("crate/src/lib.rs", quoted), ["says"]);
}

struct Check {
    phrases: Vec<(Regex, Option<Regex>, &'static str)>,
    bindings: Vec<Regex>,
    test_name: Regex,
    code_span: Regex,
}

impl Check {
    fn new() -> Self {
        let regex = |pattern: &str| Regex::new(pattern).unwrap();
        let phrases = PHRASES.iter().map(|phrase| {
            let pattern = phrase.pattern.replace(' ', r"\s+");
            let accepted = Some(phrase.accepted).filter(|accepted| !accepted.is_empty());
            let accepted = accepted.map(|accepted| regex(&accepted.replace(' ', r"\s+")));
            (regex(&pattern), accepted, phrase.replacement)
        });
        Self {
            phrases: phrases.collect(),
            bindings: vec![
                regex(&format!(r"\blet (?:mut )?(?:{VAGUE})\b\s*[:=;]")),
                regex(&format!(r"\|(?:[^|\n;{{}}]*[ (&])?(?:{VAGUE})(?:[,):][^|\n;{{}}]*)?\|")),
                regex(&format!(r"\bfor (?:{VAGUE}) in\b")),
                regex(&format!(r"\bfn (?:{VAGUE})\b")),
            ],
            test_name: regex(
                r"#\[(?:\w+::)*test(?:\([^)]*\))?\]\s*(?:#\[[^\]]*\]\s*)*(?:async\s+)?fn\s+(\w+)",
            ),
            code_span: regex(r"``[^`]+``|`[^`]+`|<?https?://\S+"),
        }
    }

    fn prose(&self, blocks: &[Prose]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for Prose { line, text } in blocks {
            // A code span keeps its line ends, so that later lines keep their numbers.
            let text = self.code_span.replace_all(text, |span: &regex::Captures<'_>| {
                format!("…{}", "\n".repeat(span[0].matches('\n').count()))
            });
            for (pattern, accepted, replacement) in &self.phrases {
                for found in pattern.find_iter(&text) {
                    let phrase = found.as_str();
                    if accepted.as_ref().is_some_and(|accepted| accepted.is_match(phrase)) {
                        continue;
                    }
                    let line = line + text[..found.start()].matches('\n').count();
                    let phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
                    findings.push(Finding { line, phrase, replacement });
                }
            }
        }
        findings.sort_by_key(|finding| finding.line);
        findings
    }

    fn rust(&self, path: &str, source: &str) -> Vec<Finding> {
        let Rust { comments, strings, code } = split_rust(source);
        let mut blocks = comments;
        let library = match code.find("#[cfg(test)]\nmod ") {
            Some(tests) => 1 + code[..tests].matches('\n').count(),
            None => usize::MAX,
        };
        if path.contains("/src/") && !path.ends_with("tests.rs") {
            let is_message = |text: &str| text.split_whitespace().count() >= 3;
            blocks.extend(
                strings.into_iter().filter(|text| text.line < library && is_message(&text.text)),
            );
        }
        for name in self.test_name.captures_iter(&code) {
            let name = name.get(1).unwrap();
            let line = 1 + code[..name.start()].matches('\n').count();
            blocks.push(Prose { line, text: name.as_str().replace('_', " ") });
        }
        let mut findings = self.prose(&blocks);
        for found in self.bindings.iter().flat_map(|binding| binding.find_iter(&code)) {
            findings.push(Finding {
                line: 1 + code[..found.start()].matches('\n').count(),
                phrase: found.as_str().to_owned(),
                replacement: "the name of the content, such as `field`, `label`, `old`, `removed`",
            });
        }
        findings.sort_by_key(|finding| finding.line);
        findings
    }
}

/// The files below a folder with their paths from the root, without build results and hidden folders.
fn files(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root.join(folder)).expect("the folder is readable") {
        let entry = entry.expect("the folder is readable");
        let name = entry.file_name();
        let is_hidden = name.to_string_lossy().starts_with('.');
        let is_build_result = name == "target" || name == "snapshots" || name == "node_modules";
        let path = folder.join(&name);
        if is_hidden || is_build_result {
            continue;
        }
        if entry.file_type().expect("the entry has a type").is_dir() {
            paths.extend(files(root, &path));
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

struct Rust {
    comments: Vec<Prose>,
    strings: Vec<Prose>,
    /// The source with an empty string for each literal, and without comments.
    code: String,
}

/// Comments and literals, which may contain the delimiters of each other.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?P<comment> //[^\n]* )
        | (?P<block> (?s:/\*.*?\*/) )
        | \b(?:br|cr|r)(?P<hashes>\#*)(?P<raw>")
        | (?P<string> [bc]?"(?s:[^"\\]|\\.)*" )
        | b?'(?:[^'\\\n]|\\x..|\\u\{[^}]*\}|\\[^ux\n])'
        "#,
    )
    .unwrap()
});

fn split_rust(source: &str) -> Rust {
    let (mut comments, mut strings, mut code) = (Vec::<Prose>::new(), Vec::new(), String::new());
    let (mut position, mut line, mut last_comment_line) = (0, 1, 0);
    while let Some(found) = TOKEN.captures_at(source, position) {
        let whole = found.get(0).unwrap();
        let between = &source[position..whole.start()];
        line += between.matches('\n').count();
        code.push_str(between);
        let mut end = whole.end();
        if let Some(comment) = found.name("comment") {
            let text = comment.as_str().trim_start_matches(['/', '!']);
            let is_continued = last_comment_line + 1 == line && between.trim().is_empty();
            // A blank line of a comment ends a paragraph.
            match comments.last_mut() {
                Some(last) if is_continued => {
                    last.text.push('\n');
                    last.text.push_str(if text.trim().is_empty() { " ¶ " } else { text });
                }
                _ => comments.push(Prose { line, text: text.to_owned() }),
            }
            last_comment_line = line;
        } else if let Some(block) = found.name("block") {
            comments.push(Prose { line, text: block.as_str().to_owned() });
        } else if let Some(open) = found.name("raw") {
            let close = format!("\"{}", &found["hashes"]);
            let length = source[open.end()..].find(&close).unwrap_or(source.len() - open.end());
            strings.push(Prose { line, text: source[open.end()..][..length].to_owned() });
            end = (open.end() + length + close.len()).min(source.len());
            code.push_str("\"\"");
        } else if let Some(string) = found.name("string") {
            strings.push(Prose { line, text: string.as_str().to_owned() });
            code.push_str("\"\"");
        } else {
            code.push_str("' '");
        }
        let line_ends = source[whole.start()..end].matches('\n').count();
        code.push_str(&"\n".repeat(line_ends));
        (position, line) = (end, line + line_ends);
    }
    code.push_str(&source[position..]);
    Rust { comments, strings, code }
}

/// Paragraphs, list items and table cells, without code blocks.
fn markdown(source: &str) -> Vec<Prose> {
    let mut blocks = Vec::new();
    let mut in_code = false;
    let mut is_continued = false;
    for (index, line) in source.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            in_code = !in_code;
            is_continued = false;
        } else if in_code || trimmed.is_empty() {
            is_continued = false;
        } else {
            let starts = trimmed.starts_with(['|', '#', '-', '*', '>']);
            match blocks.last_mut() {
                Some(Prose { text, .. }) if is_continued && !starts => {
                    text.push('\n');
                    text.push_str(line);
                }
                _ => blocks.push(Prose { line: index + 1, text: line.to_owned() }),
            }
            is_continued = !trimmed.starts_with('|');
        }
    }
    blocks
}

/// The text of a page or a template.
fn html(source: &str) -> Vec<Prose> {
    let hidden = Regex::new(
        r"(?s)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|\{[%#].*?[%#]\}|\{\{.*?\}\}|<[^>]*>",
    )
    .unwrap();
    let text = hidden.replace_all(source, |found: &regex::Captures<'_>| {
        format!(" ¶ {}", "\n".repeat(found[0].matches('\n').count()))
    });
    vec![Prose { line: 1, text: text.into_owned() }]
}

/// Notes, help texts and the first lines of rustc's errors, which attributes of this project wrote.
fn rustc_notes(source: &str) -> Vec<Prose> {
    let lines = source.lines().enumerate();
    let is_ours = |line: &str| {
        let line = line.trim_start();
        ["= note: ", "= help: ", "error[E0277]: ", "error: "]
            .iter()
            .any(|head| line.starts_with(head))
    };
    lines
        .filter(|(_, line)| is_ours(line))
        .map(|(index, line)| Prose { line: index + 1, text: line.to_owned() })
        .collect()
}
