using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The model holds no entities: the migrations are written by hand.</summary>
[DbContext(typeof(MetricsContext))]
internal sealed class MetricsContextModelSnapshot : ModelSnapshot
{
    /// <inheritdoc />
    protected override void BuildModel(ModelBuilder modelBuilder) => modelBuilder.HasAnnotation("ProductVersion", "10.0.0");
}
