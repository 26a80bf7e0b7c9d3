//! The compile-fail cases under any toolchain: each must fail, and say our words. rustc's own
//! words, and how it lays them out, are not looked at.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds every case of a folder and looks for our lines of its `.stderr` file.
pub(crate) fn are_all_there(folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("our-lines");
    let cases = cases(&root.join(folder));
    assert!(!cases.is_empty(), "no case in {folder}");
    write_project(&project, root, &cases);
    let mut missing = Vec::new();
    for case in &cases {
        let name = name(case);
        let said = check(&project, &name);
        let expected = std::fs::read_to_string(case.with_extension("stderr"));
        let expected = expected.expect("each case has its .stderr file");
        for line in expected.lines().filter_map(ours).filter(|line| !said.contains(*line)) {
            missing.push(format!("{name}: {line}"));
        }
    }
    assert!(missing.is_empty(), "rustc no longer says:\n{}", missing.join("\n"));
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the cases' folder is there");
    let mut cases: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

fn write_project(project: &Path, root: &Path, cases: &[PathBuf]) {
    let runtime = root.join("../../telecrm-runtime");
    let mut manifest = format!(
        "[package]\nname = \"our-lines\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         telecrm-runtime = {{ path = \"{}\", default-features = false }}\n\n[workspace]\n",
        runtime.display()
    );
    for case in cases {
        let _ =
            write!(manifest, "\n[[bin]]\nname = {:?}\npath = \"{}\"\n", name(case), case.display());
    }
    std::fs::create_dir_all(project).expect("the target folder can be written to");
    std::fs::write(project.join("Cargo.toml"), manifest).expect("the same");
    // The same versions as the workspace's, without asking the registry.
    let lock = root.join("../../Cargo.lock");
    if lock.exists() {
        std::fs::copy(lock, project.join("Cargo.lock")).expect("the same");
    }
}

fn check(project: &Path, name: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--quiet", "--color=never", "--bin", name])
        .arg("--manifest-path")
        .arg(project.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", project.join("target"))
        .output()
        .expect("cargo runs this test, so it can run again");
    assert!(!output.status.success(), "{name} compiles");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The text of a line that is ours: it speaks of telecrm, and of no path or type that rustc
/// spells.
fn ours(line: &str) -> Option<&str> {
    let text = line.trim_start_matches([' ', '|', '=']);
    let text = text.strip_prefix("note: ").or(text.strip_prefix("help: ")).unwrap_or(text);
    let text = match text.split_once("]: ") {
        Some((code, text)) if code.starts_with("error[") => text,
        _ => text,
    };
    let ours = text.contains("telecrm ") && !text.contains("::") && !text.contains("$WORKSPACE");
    ours.then_some(text)
}
