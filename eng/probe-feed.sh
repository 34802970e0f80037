#!/bin/sh
# Prints the value for UseAspire: true when the NuGet feed of this machine has the Aspire packages, else false.
# With UseAspire=false PerfPlatform.AppHost and its tests build empty; everything else is whole.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
[ -z "${UseAspire:-}" ] || { echo "$UseAspire"; exit 0; }
version=$(sed -n 's|.*<AspireVersion>\(.*\)</AspireVersion>.*|\1|p' "$root/Directory.Packages.props")
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
# A project outside the clone, so that the clone's build properties do not reach it.
cat > "$probe/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Aspire.Hosting.AppHost" Version="[$version]" /></ItemGroup>
</Project>
PROJECT
if (cd "$probe" && dotnet restore -v q >/dev/null 2>&1); then echo true; else echo false; fi
