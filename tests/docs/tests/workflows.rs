//! CI and releases: the workflows, the GitHub action, the hooks, and the scripts that they run.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn root(path: &str) -> PathBuf {
    Path::new(ROOT).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The workflows and the action.
fn workflows() -> Vec<(String, String)> {
    let entries = fs::read_dir(root(".github/workflows")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let paths = names.map(|name| format!(".github/workflows/{}", name.to_string_lossy()));
    let paths = paths.chain(["action.yml".to_owned()]);
    paths.map(|path| (path.clone(), read(&path))).collect()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

#[test]
fn every_action_is_pinned_by_its_commit() {
    let pattern = Regex::new(r"uses: (\S+)( # v\d+\S*)?").expect("a pattern");
    let pinned = Regex::new(r"^[\w./-]+@[0-9a-f]{40}$").expect("a pattern");
    let mut count = 0;
    for (path, text) in workflows() {
        for found in pattern.captures_iter(&text) {
            let action = &found[1];
            if action.starts_with("./") {
                assert!(root(action).exists(), "{path}: {action}");
                continue;
            }
            assert!(pinned.is_match(action) && found.get(2).is_some(), "{path}: {action}");
            count += 1;
        }
    }
    assert!(count > 5, "{count} actions");
}

#[test]
fn every_script_of_a_workflow_exists_and_is_executable() {
    let pattern = Regex::new(r"\.ci/[\w-]+").expect("a pattern");
    for (path, text) in workflows() {
        assert!(yaml(&text).is_object(), "{path}");
        for script in pattern.find_iter(&text) {
            let script = script.as_str();
            let metadata = fs::metadata(root(script)).expect(script);
            assert_eq!(metadata.permissions().mode() & 0o111, 0o111, "{path}: {script}");
        }
    }
}

#[test]
fn pull_requests_are_tested_on_three_systems_and_with_the_oldest_compiler() {
    let ci = yaml(&read(".github/workflows/ci.yml"));
    assert!(ci["on"].get("pull_request").is_some());
    let systems = &ci["jobs"]["tests"]["strategy"]["matrix"]["os"];
    assert_eq!(systems, &serde_json::json!(["macos-latest", "windows-latest"]));
    assert_eq!(ci["jobs"]["gate"]["runs-on"], "ubuntu-latest");
    let runs = |job: &str, command: &str| {
        let steps = ci["jobs"][job]["steps"].as_array().expect("steps");
        assert!(steps.iter().any(|step| step["run"] == command), "{job}: {command}");
    };
    runs("gate", ".ci/run");
    runs("msrv", ".ci/msrv");
    runs("full", ".ci/full");
    for command in ["cargo run --locked -p quickstart", "cargo test --locked --workspace"] {
        runs("tests", command);
    }
    assert!(ci["on"]["schedule"][0]["cron"].is_string(), "the long checks run weekly");
}

#[test]
fn the_versions_in_the_documentation_of_ci_are_those_of_the_packages() {
    let page = read("docs/ci.md");
    let pattern = Regex::new(r"\bv\d+\.\d+\.\d+").expect("a pattern");
    let versions: Vec<_> = pattern.find_iter(&page).map(|found| found.as_str()).collect();
    // Every crate of the workspace has the version of the packages.
    assert_eq!(versions, [concat!("v", env!("CARGO_PKG_VERSION")); 3]);
}

/// A changelog with the sections of two versions.
const CHANGELOG: &str = "# Changelog\n\n## 0.2.0, unreleased\n\n- three\n\n\
                         ## 0.1.1, 2026-12-24\n\n- two\n\n## 0.1.0, 2026-12-01\n\n- one\n";

#[test]
fn release_notes_are_the_section_of_the_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let changelog = folder.path().join("CHANGELOG.md");
    fs::write(&changelog, CHANGELOG).expect("written");
    let section = |version: &str| {
        let mut command = Command::new(root(".ci/changelog"));
        command.arg(version).env("CHANGELOG", &changelog).output().expect("it runs")
    };
    assert_eq!(String::from_utf8_lossy(&section("0.1.1").stdout).trim(), "- two");
    assert_eq!(String::from_utf8_lossy(&section("0.1.0").stdout).trim(), "- one");
    // A version without a date is not released, and a dot is not a wildcard.
    for version in ["0.2.0", "9.9.9", "0.1", "0x1.0"] {
        let output = section(version);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && stderr.contains("no heading"), "{version}: {stderr}");
    }
}

/// Runs the installer with a folder as the server of releases, and a `curl` that copies files.
fn install(releases: &Path, version: &str, target: &Path) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let curl = folder.path().join("curl");
    let script = "#!/usr/bin/env bash\n\
                  while [ $# -gt 1 ]; do if [ \"$1\" = --output ]; then out=$2; shift; fi; shift; done\n\
                  cp \"$1\" \"$out\"\n";
    fs::write(&curl, script).expect("written");
    fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).expect("executable");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(root(".ci/install-cargo-telecrm"));
    command
        .args([version.as_ref(), target.as_os_str()])
        .env("RELEASES", releases)
        .env("DRY_RUN", "1")
        .env("PATH", format!("{}:{path}", folder.path().display()));
    command.output().expect("it runs")
}

/// A release of version 0.1.2 with a program for every system.
fn release(folder: &Path, targets: &[String]) {
    let version = folder.join("v0.1.2");
    fs::create_dir(&version).expect("made");
    fs::write(version.join("cargo-telecrm"), "the program").expect("written");
    for target in targets {
        let script = "tar -czf \"cargo-telecrm-$1.tar.gz\" cargo-telecrm && \
                      if command -v sha256sum >/dev/null; then sha256sum \"cargo-telecrm-$1.tar.gz\"; \
                      else shasum -a 256 \"cargo-telecrm-$1.tar.gz\"; fi > \"cargo-telecrm-$1.sha256\"";
        let mut command = Command::new("bash");
        let status = command.args(["-c", script, "bash", target]).current_dir(&version).status();
        assert!(status.expect("bash runs").success());
    }
}

/// The targets of the prebuilt programs.
fn targets() -> Vec<String> {
    let workflow = yaml(&read(".github/workflows/release.yml"));
    let rows = workflow["jobs"]["programs"]["strategy"]["matrix"]["include"].as_array().cloned();
    let rows = rows.expect("a matrix");
    rows.iter().map(|row| row["target"].as_str().expect("a target").to_owned()).collect()
}

#[test]
fn action_installs_the_prebuilt_program_if_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    release(folder.path(), &targets());
    let target = folder.path().join("bin");
    let output = install(folder.path(), "0.1.2", &target);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("prebuilt for"), "{output:?}");
    let program = fs::read_to_string(target.join("cargo-telecrm")).expect("installed");
    assert_eq!(program, "the program");
    // A requirement, or a version without a program for this system, is built from source.
    for version in ["0.1", "0.1.3"] {
        let output = install(folder.path(), version, &target);
        assert!(String::from_utf8_lossy(&output.stdout).contains("from source"), "{output:?}");
    }
}

#[test]
fn wrong_checksum_is_not_installed() {
    let folder = tempfile::tempdir().expect("a folder");
    release(folder.path(), &targets());
    for target in targets() {
        let sum = folder.path().join(format!("v0.1.2/cargo-telecrm-{target}.sha256"));
        fs::write(sum, format!("{}  cargo-telecrm-{target}.tar.gz\n", "0".repeat(64)))
            .expect("written");
    }
    let target = folder.path().join("bin");
    let output = install(folder.path(), "0.1.2", &target);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("checksum"), "{output:?}");
    assert!(!target.join("cargo-telecrm").exists());
}

#[test]
fn installer_knows_only_targets_that_a_release_has() {
    let targets = targets();
    let pattern = Regex::new(r"target=([\w-]+)").expect("a pattern");
    let text = read(".ci/install-cargo-telecrm");
    let known: Vec<_> = pattern.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    assert!(known.len() >= 4, "{known:?}");
    for target in known {
        assert!(targets.contains(&target), "{target}");
    }
    for system in ["linux", "darwin", "windows"] {
        assert!(targets.iter().any(|target| target.contains(system)), "{system}");
    }
}

/// The script of a step of the action.
fn action_step(name: &str) -> String {
    let action = yaml(&read("action.yml"));
    let steps = action["runs"]["steps"].as_array().expect("steps").clone();
    let step = steps.into_iter().find(|step| step["name"] == name).expect(name);
    step["run"].as_str().expect("a script").to_owned()
}

#[test]
fn action_passes_every_schema_to_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("schema")).expect("made");
    for name in ["schema/a b.yaml", "schema/gupta.yaml", "other.yaml"] {
        fs::write(path(name), "").expect("written");
    }
    let cargo = "#!/usr/bin/env bash\nprintf '[%s]' \"$@\" >> called\necho >> called\n";
    fs::write(path("cargo"), cargo).expect("written");
    fs::set_permissions(path("cargo"), fs::Permissions::from_mode(0o755)).expect("executable");
    let called = |step: &str, schema: &str| {
        let _ = fs::remove_file(path("called"));
        let search = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", &action_step(step)]).current_dir(&folder);
        command.env("PATH", format!("{}:{search}", folder.path().display()));
        command.envs([("SCHEMA", schema), ("AGAINST", "main"), ("FAIL_ON", "any"), ("DENY", "")]);
        command.env("GITHUB_STEP_SUMMARY", path("summary"));
        assert!(command.status().expect("bash runs").success(), "{step}");
        fs::read_to_string(path("called")).expect("cargo was called")
    };
    let schemas = "[schema/a b.yaml][schema/gupta.yaml][other.yaml]";
    for step in ["Check", "Changes against the base branch", "Drift from telecrm"] {
        let lines = called(step, "schema/*.yaml\nother.yaml\n");
        assert!(lines.lines().all(|line| line.contains(schemas)), "{step}: {lines}");
        // Without the input, the command finds the schemas of the manifest.
        assert!(!called(step, "").contains("yaml"), "{step}");
    }
}

#[test]
fn check_hook_matches_only_schemas_of_this_project() {
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    let files = Regex::new(hooks[0]["files"].as_str().expect("a pattern")).expect("a pattern");
    for path in ["schema/workspace.yaml", "crm/schema/workspace.yml"] {
        assert!(files.is_match(path), "{path}");
    }
    for path in
        ["schema/openapi.yaml", "db/schema/tables.yml", "workspace.yaml", "xschema/workspace.yaml"]
    {
        assert!(!files.is_match(path), "{path}");
    }
}

#[test]
fn public_api_is_compared_with_the_last_release_or_with_a_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path();
    fs::create_dir(repository.join(".ci")).expect("made");
    let script = repository.join(".ci/semver");
    fs::copy(root(".ci/semver"), &script).expect("copied");
    let cargo = repository.join("cargo");
    fs::write(&cargo, "#!/usr/bin/env bash\necho \"$*\"\n").expect("written");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("executable");
    let path = format!("{}:{}", repository.display(), std::env::var("PATH").unwrap_or_default());
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        let output = command.args(arguments).current_dir(repository).env("PATH", &path).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let script = script.to_str().expect("UTF-8");
    run("git", &["init", "--quiet"]);
    let user = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    run("git", &[&user[..], &["commit", "--quiet", "--allow-empty", "-m", "one"]].concat());
    let baseline = Regex::new("--baseline-rev [0-9a-f]{40} ").expect("a pattern");
    let before = run(script, &[]);
    assert!(baseline.is_match(&before), "{before}");
    for tag in ["v0.9.0", "v0.10.0", "vendored"] {
        run("git", &["tag", tag]);
    }
    let after = run(script, &[]);
    assert!(after.contains("--baseline-rev v0.10.0 "), "{after}");
    // Every published library is compared.
    for name in ["schema", "codegen", "runtime", "emulator", "outbox"] {
        assert!(after.contains(&format!("-p telecrm-{name}")), "{after}");
    }
    assert!(read(".ci/full").contains("\n.ci/semver\n"));
}

#[test]
fn every_path_in_contributing_exists() {
    let text = read("CONTRIBUTING.md");
    let pattern = Regex::new(r"`([\w.-]+/[\w./-]+\w)`").expect("a pattern");
    let paths: Vec<_> = pattern.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        assert!(root(&path).exists(), "{path}");
    }
}

#[test]
fn pinned_toolchain_has_one_place() {
    let toolchain = read("rust-toolchain.toml");
    let version = Regex::new(r#"channel = "(\d+\.\d+)"#).expect("a pattern");
    let pinned = version.captures(&toolchain).expect("a channel")[1].to_owned();
    let mut places: Vec<_> = workflows();
    for path in ["Dockerfile", "docs/ci.md", "CONTRIBUTING.md", "README.md", ".ci/run", ".ci/full"]
    {
        places.push((path.to_owned(), read(path)));
    }
    for (path, text) in places {
        assert!(!text.contains(&pinned), "{path} repeats {pinned} of rust-toolchain.toml");
    }
}
