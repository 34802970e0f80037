using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>
/// What the types of a compiled assembly use of each other: bases, constraints, attributes, signatures, local variables and every token in the code.
/// What the compiler adds inside of a type belongs to that type. A constant leaves no trace.
/// </summary>
internal sealed partial class AssemblyUses
{
    private readonly MetadataReader _metadata;
    private readonly PEReader _image;
    private readonly UsedTypes _types;
    private readonly Dictionary<string, TypeDefinitionHandle> _byName;
    private readonly HashSet<TypeUse> _uses = [];

    private AssemblyUses(PEReader image)
    {
        (_image, _metadata, _types) = (image, image.GetMetadataReader(), new UsedTypes());
        _byName = _metadata.TypeDefinitions.Where(handle => !_metadata.GetTypeDefinition(handle).IsNested).ToDictionary(FullName);
    }

    /// <summary>Reads an assembly; only its namespaces that begin with <paramref name="root"/> count, so that what generators write elsewhere does not.</summary>
    public static IReadOnlyCollection<TypeUse> Read(string path, string root)
    {
        using var image = new PEReader(File.OpenRead(path));
        var reading = new AssemblyUses(image);
        foreach (var handle in reading._metadata.TypeDefinitions) reading.ReadType(handle);
        return [.. reading._uses.Where(use => InRoot(use.Room) && InRoot(use.UsedRoom))];

        bool InRoot(string room) => room == root || room.StartsWith(root + ".", StringComparison.Ordinal);
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var used = new HashSet<TypeDefinitionHandle>();
        Add(type.BaseType);
        foreach (var item in type.GetInterfaceImplementations()) Add(_metadata.GetInterfaceImplementation(item).Interface);
        AddParameters(type.GetGenericParameters());
        AddAttributes(type.GetCustomAttributes());
        foreach (var item in type.GetProperties()) AddAttributes(_metadata.GetPropertyDefinition(item).GetCustomAttributes());
        foreach (var item in type.GetFields())
        {
            var field = _metadata.GetFieldDefinition(item);
            used.UnionWith(field.DecodeSignature(_types, null));
            AddAttributes(field.GetCustomAttributes());
        }

        foreach (var item in type.GetMethods())
        {
            var method = _metadata.GetMethodDefinition(item);
            used.UnionWith(_types.Of(method.DecodeSignature(_types, null)));
            AddParameters(method.GetGenericParameters());
            AddAttributes(method.GetCustomAttributes());
            foreach (var parameter in method.GetParameters()) AddAttributes(_metadata.GetParameter(parameter).GetCustomAttributes());
            if (method.RelativeVirtualAddress != 0) AddBody(_image.GetMethodBody(method.RelativeVirtualAddress));
        }

        var owner = Place(handle);
        foreach (var place in used.Select(Place).Where(place => place.Room != owner.Room)) _uses.Add(new TypeUse(owner.Room, owner.Type, place.Room, place.Type));

        void Add(EntityHandle entity) => used.UnionWith(_types.Of(_metadata, entity));

        void AddAttributes(CustomAttributeHandleCollection attributes)
        {
            foreach (var item in attributes)
            {
                var attribute = _metadata.GetCustomAttribute(item);
                Add(attribute.Constructor);
                used.UnionWith(Told(_metadata.GetBlobBytes(attribute.Value)));
            }
        }

        void AddParameters(GenericParameterHandleCollection parameters)
        {
            foreach (var constraint in parameters.SelectMany(item => _metadata.GetGenericParameter(item).GetConstraints()))
                Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }

        void AddBody(MethodBodyBlock body)
        {
            if (!body.LocalSignature.IsNil)
                used.UnionWith(_metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_types, null).SelectMany(types => types));
            foreach (var region in body.ExceptionRegions) Add(region.CatchType);
            foreach (var token in CodeTokens.Of(body.GetILReader())) Add(MetadataTokens.EntityHandle(token));
        }
    }

    /// <summary>The types whose names stand in an attribute's arguments (<c>typeof</c>): a string there is its length and its bytes.</summary>
    private IEnumerable<TypeDefinitionHandle> Told(byte[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (i + 1 + arguments[i] <= arguments.Length && _byName.TryGetValue(Encoding.UTF8.GetString(arguments, i + 1, arguments[i]), out var handle)) yield return handle;
        }
    }

    /// <summary>The room and name of the outermost type around a type.</summary>
    private (string Room, string Type) Place(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (type.IsNested) type = _metadata.GetTypeDefinition(handle = type.GetDeclaringType());
        var (space, name) = (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
        return (IsRoof(type, name) ? $"{space}.{name}" : space, name);
    }

    private string FullName(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }

    /// <summary>Modules and programs compose, as do extensions of a host's builders: each is a roof of its own over the room that its file is in.</summary>
    private bool IsRoof(TypeDefinition type, string name) =>
        name == "Program" || name.EndsWith("Module", StringComparison.Ordinal)
        || (name.EndsWith("Extensions", StringComparison.Ordinal) && type.GetMethods().Any(item => Builder().IsMatch(FirstParameter(_metadata.GetMethodDefinition(item)))));

    private string FirstParameter(MethodDefinition method) => method.DecodeSignature(new TypeNames(), null).ParameterTypes.FirstOrDefault("");

    [GeneratedRegex("^(I?HostApplicationBuilder|WebApplicationBuilder|IServiceCollection|IEndpointRouteBuilder|IApplicationBuilder|WebApplication)$")]
    private static partial Regex Builder();
}
