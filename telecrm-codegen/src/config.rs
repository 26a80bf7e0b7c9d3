//! The face of the crate in a build script.

use std::path::{Path, PathBuf};

use telecrm_schema::{Error, Rule, Source, Warning, escaped, quoted};

use crate::cargo;
use crate::emit::{self, Attributes, Context};
use crate::names::NamedSchema;
use crate::out_dir;
use crate::output::Output;

/// How a schema is turned into code.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), telecrm_codegen::Error> {
///     telecrm_codegen::Config::new()
///         .module_name("acme")
///         .attribute("Lead", "#[derive(Eq)]")
///         .compile("schema/acme.yaml")
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a config does nothing until `compile` or `generate` is called"]
pub struct Config {
    module_name: Option<String>,
    out_dir: Option<PathBuf>,
    attributes: Vec<(String, String)>,
    runtime_path: Option<String>,
}

/// Outcome of a schema without any file being written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated {
    /// The generated module, formatted.
    pub code: String,
    /// Warnings, in the order of the file.
    pub warnings: Vec<Warning>,
}

impl Config {
    /// The defaults: `OUT_DIR/<stem of the schema>.rs`, no extra attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the generated file, without `.rs`; else it is named as the schema.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// // `include_workspace!("acme")` brings it in.
    /// telecrm_codegen::Config::new().module_name("acme").compile("schema/production.yaml")
    /// # }
    /// ```
    pub fn module_name(mut self, name: impl Into<String>) -> Self {
        self.module_name = Some(name.into());
        self
    }

    /// Writes into this folder; else into cargo's `OUT_DIR`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// telecrm_codegen::Config::new().out_dir("src/generated").compile("schema/workspace.yaml")
    /// # }
    /// ```
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Adds an attribute to a generated type, named as in the code: `Lead`, `Action`,
    /// `SiteVisit`, or with its module, `options::Status`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// telecrm_codegen::Config::new()
    ///     .attribute("options::ContactSource", "#[non_exhaustive]")
    ///     .compile("schema/workspace.yaml")
    /// # }
    /// ```
    pub fn attribute(mut self, item: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.attributes.push((item.into(), attribute.into()));
        self
    }

    /// Sets where generated code finds the runtime, for a dependency under another name; the
    /// default is `telecrm_runtime`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// // Cargo.toml: crm-rt = { package = "telecrm-runtime", version = "0.1" }
    /// telecrm_codegen::Config::new().runtime_path("crm_rt").compile("schema/workspace.yaml")
    /// # }
    /// ```
    ///
    /// A path works too, where another crate re-exports the runtime: `company_crm::telecrm_runtime`,
    /// `crate::runtime`.
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime_path = Some(path.into());
        self
    }

    /// Turns a schema file into `OUT_DIR/<name>.rs`, for a build script.
    ///
    /// The file is written only when its bytes change. Cargo runs the build script again
    /// when the schema changes, and of every error and warning in one line; the full report goes
    /// to stderr, once.
    ///
    /// # Errors
    ///
    /// Every mistake in the schema; or a folder that cannot be written to.
    pub fn compile(self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        cargo::rerun_if_changed(path);
        let result = self.compile_quietly(path);
        match &result {
            Ok(warnings) => cargo::warn(warnings),
            Err(error) => cargo::fail(error),
        }
        result.map(|_| ())
    }

    fn compile_quietly(&self, path: &Path) -> Result<Vec<Warning>, Error> {
        let source = Source::read_as(path, &cargo::shown(path).to_string_lossy())?;
        let generated = self.generate_from(source)?;
        let out_dir = match &self.out_dir {
            Some(out_dir) => out_dir.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(no_out_dir)?,
        };
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = self.module_name.clone().or(stem).unwrap_or_else(|| "workspace".to_owned());
        out_dir::write(&out_dir.join(format!("{name}.rs")), path, &generated.code)?;
        Ok(generated.warnings)
    }

    /// Turns the text of a schema into code, with no file and without cargo.
    ///
    /// # Errors
    ///
    /// Every mistake in the schema, with its place.
    pub fn generate(self, yaml: &str) -> Result<Generated, Error> {
        self.generate_from(Source::new("schema.yaml", yaml))
    }

    /// Turns a schema file into code, without writing it and without cargo.
    ///
    /// # Errors
    ///
    /// Every mistake in the schema, with its place; or a file that cannot be read.
    pub fn generate_file(self, path: impl AsRef<Path>) -> Result<Generated, Error> {
        self.generate_from(Source::read(path)?)
    }

    /// Turns the text of a schema, under the name by which reports call it, into code.
    ///
    /// # Errors
    ///
    /// Every mistake in the schema, with its place.
    pub fn generate_source(self, source: Source) -> Result<Generated, Error> {
        self.generate_from(source)
    }

    /// The path of the data: text → schema → named schema → text.
    fn generate_from(&self, source: Source) -> Result<Generated, Error> {
        let path = source.path().to_owned();
        let (schema, warnings) = NamedSchema::check(source)?;
        let fail = |rule, message: String, help: &str| Error::of_file(rule, &path, message, help);
        let attributes = Attributes::parse(&self.attributes).map_err(|(item, attribute)| {
            fail(
                Rule::NotAnAttribute,
                format!("`{attribute}`, given for `{item}`, is not a Rust attribute"),
                "`Config::attribute` takes whole attributes, such as \"#[derive(Eq)]\"",
            )
        })?;
        let runtime_path = self.runtime_path.as_deref().unwrap_or("telecrm_runtime");
        let runtime_path = emit::runtime_path(runtime_path).ok_or_else(|| {
            fail(
                Rule::NotAPath,
                format!("{} is not the path of a crate or module", quoted(runtime_path)),
                "`Config::runtime_path` takes the name that the dependency has in Rust, such as \"crm_rt\"",
            )
        })?;
        let file = Path::new(&path)
            .file_name()
            .map_or_else(String::new, |name| escaped(&name.to_string_lossy()));
        let context = Context { schema: &schema, file: &file, attributes: &attributes };
        let mut out = Output::new(&file, &runtime_path);
        emit::emit(&context, &mut out).map_err(|error| {
            fail(
                Rule::Internal,
                format!("the generated code is no Rust: {error}"),
                "this is a mistake of telecrm-codegen; please report it with the schema",
            )
        })?;
        if let Some(item) = attributes.unused() {
            return Err(fail(
                Rule::AttributeMatchesNothing,
                format!("`Config::attribute` names `{item}`, which is no generated type"),
                "types are named as in the generated code: `Lead`, `SiteVisit`, `options::Status`",
            ));
        }
        Ok(Generated { code: out.into_text(), warnings })
    }
}

fn no_out_dir() -> Error {
    Error::of_file(
        Rule::NoOutDir,
        "build.rs",
        "there is no OUT_DIR to write the generated code to",
        "call this from a build script (build.rs), or name a folder with `out_dir`",
    )
}
