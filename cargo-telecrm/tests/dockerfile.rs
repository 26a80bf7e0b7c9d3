//! Checks of the `Dockerfile` that need no container engine.

use std::collections::HashSet;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn instructions() -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("Dockerfile")).expect("a Dockerfile");
    let joined = text.replace("\\\n", " ");
    let lines =
        joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = lines.map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    });
    split.collect()
}

#[test]
fn every_stage_is_pinned_and_every_copy_has_its_source() {
    let mut stages = HashSet::new();
    for (instruction, words) in instructions() {
        match instruction.as_str() {
            "FROM" => {
                let pinned = words[0] == "scratch"
                    || words[0].split_once(':').is_some_and(|(_, tag)| {
                        tag != "latest"
                            && tag.starts_with(|character: char| character.is_ascii_digit())
                    });
                assert!(pinned, "{words:?}");
                if let [_, word, name] = &words[..] {
                    assert_eq!(word, "AS");
                    stages.insert(name.clone());
                }
            }
            "COPY" => match words[0].strip_prefix("--from=") {
                Some(stage) => assert!(stages.contains(stage), "no stage {stage}"),
                None => {
                    for source in &words[..words.len() - 1] {
                        assert!(Path::new(ROOT).join(source).exists(), "{source} does not exist");
                    }
                }
            },
            "RUN" | "WORKDIR" | "USER" | "EXPOSE" | "ENTRYPOINT" | "CMD" => {}
            other => panic!("{other} is not an instruction that is used here"),
        }
    }
}

#[test]
fn image_uses_a_stable_compiler_and_does_not_run_as_root() {
    let instructions = instructions();
    let find = |name: &str| {
        let mut found = instructions.iter().rev().filter(|(instruction, _)| instruction == name);
        found.next().map(|(_, words)| words.join(" ")).unwrap_or_default()
    };
    // Any compiler from `rust-version` on; only `rust-toolchain.toml` pins a version.
    assert_eq!(instructions[0].1[0], "rust:1-alpine");
    assert!(!find("USER").is_empty() && !find("USER").starts_with('0') && find("USER") != "root");
    assert_eq!(find("ENTRYPOINT"), r#"["/cargo-telecrm"]"#);
    let builds = instructions.iter().any(|(_, words)| {
        let line = words.join(" ");
        line.contains("--locked --release --package cargo-telecrm")
    });
    assert!(builds, "built from the lock file, optimised");
}
