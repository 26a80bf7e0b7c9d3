//! `Config`, the API of the crate for build scripts.

use std::path::{Path, PathBuf};

use telecrm_schema::{Diagnostic, Error, Rule, Source, Vocabulary, escaped, quoted};

use crate::cargo;
use crate::emit::{self, Attributes, Context};
use crate::names::NamedSchema;
use crate::out_dir;
use crate::output::Output;
use crate::required;

/// Options of code generation, for a build script.
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
    vocabulary: Option<PathBuf>,
}

/// Generated code and the warnings about its schema, without a written file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated {
    /// The generated module, formatted.
    pub code: String,
    /// Warnings, in the order of the schema.
    pub warnings: Vec<Diagnostic>,
}

impl Config {
    /// Creates a config that writes `OUT_DIR/<stem of the schema>.rs` without further attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the generated file, without `.rs`. Default: the name of the schema file.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// // `include_workspace!("acme")` includes the generated code.
    /// telecrm_codegen::Config::new().module_name("acme").compile("schema/production.yaml")
    /// # }
    /// ```
    pub fn module_name(mut self, name: impl Into<String>) -> Self {
        self.module_name = Some(name.into());
        self
    }

    /// Sets the folder of the generated file. Default: cargo's `OUT_DIR`.
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

    /// Adds an attribute to a generated type.
    ///
    /// The type has its name from the generated code: `Lead`, `Action`, `SiteVisit`, or with its
    /// module, `options::Status`.
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

    /// Sets the path of the runtime in generated code. Default: `telecrm_runtime`.
    ///
    /// Set it if the dependency has another name in `Cargo.toml`:
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// // Cargo.toml: crm-rt = { package = "telecrm-runtime", version = "0.1" }
    /// telecrm_codegen::Config::new().runtime_path("crm_rt").compile("schema/workspace.yaml")
    /// # }
    /// ```
    ///
    /// If another crate or module re-exports the runtime, set the path of the re-export:
    /// `company_crm::telecrm_runtime`, `crate::runtime`.
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime_path = Some(path.into());
        self
    }

    /// Requires the fields and options of a vocabulary, for code that serves several workspaces.
    ///
    /// The vocabulary is a small file in the format of the schema, with the section `customFields`. A
    /// schema without one of its fields or labels, or with a field of another type, fails its build with a
    /// report at the line of the vocabulary. A field is found by its API name, or by its Rust name: unify
    /// the names of several workspaces with `codegen: rename`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// for client in ["acme", "globex"] {
    ///     telecrm_codegen::Config::new()
    ///         .requires("schema/vocabulary.yaml")
    ///         .compile(format!("schema/{client}.yaml"))?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn requires(mut self, path: impl Into<PathBuf>) -> Self {
        self.vocabulary = Some(path.into());
        self
    }

    /// Generates `OUT_DIR/<name>.rs` from a schema file, in a build script.
    ///
    /// The file is written only if its bytes change. Cargo runs the build script again when the
    /// schema changes. Cargo shows each error and each warning in one line; the full report is
    /// printed to stderr once.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the schema, or an error if the schema cannot be
    /// read or the generated file cannot be written.
    pub fn compile(self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        cargo::rerun_if_changed(path);
        if let Some(vocabulary) = &self.vocabulary {
            cargo::rerun_if_changed(vocabulary);
        }
        let mut result = self.compile_quietly(path);
        match &mut result {
            Ok(warnings) => cargo::warn(warnings),
            Err(error) => cargo::fail(error),
        }
        result.map(|_| ())
    }

    fn compile_quietly(&self, path: &Path) -> Result<Vec<Diagnostic>, Error> {
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

    /// Generates code from the text of a schema, without files and without cargo.
    ///
    /// ```
    /// # fn main() -> Result<(), telecrm_codegen::Error> {
    /// let yaml = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]";
    /// let generated = telecrm_codegen::Config::new().generate(yaml)?;
    /// assert!(generated.code.contains("pub struct Lead"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the schema by line and column.
    pub fn generate(self, yaml: &str) -> Result<Generated, Error> {
        self.generate_from(Source::new("schema.yaml", yaml))
    }

    /// Generates code from a schema file, without writing it and without cargo.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the schema by line and column, or an error
    /// if the file cannot be read.
    pub fn generate_file(self, path: impl AsRef<Path>) -> Result<Generated, Error> {
        self.generate_from(Source::read(path)?)
    }

    /// Generates code from the text of a schema and the name that reports show for it.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the schema by line and column.
    pub fn generate_source(self, source: Source) -> Result<Generated, Error> {
        self.generate_from(source)
    }

    /// Generates code in these steps: text → schema → named schema → text.
    fn generate_from(&self, source: Source) -> Result<Generated, Error> {
        let path = source.path().to_owned();
        let (schema, warnings) = NamedSchema::check(source)?;
        if let Some(file) = &self.vocabulary {
            let text = Source::read_as(file, &cargo::shown(file).to_string_lossy())?;
            required::check(&Vocabulary::read(text)?, &schema, &escaped(&path))?;
        }
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
                format!("the generated code is not valid Rust: {error}"),
                "this is a bug in telecrm-codegen; please report it with the schema",
            )
        })?;
        if let Some(item) = attributes.unused() {
            return Err(fail(
                Rule::AttributeMatchesNothing,
                format!("`Config::attribute` names `{item}`, which is not a generated type"),
                "use the type's name in the generated code: `Lead`, `SiteVisit`, `options::Status`",
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
        "call this from a build script (build.rs), or set a folder with `Config::out_dir`",
    )
}
