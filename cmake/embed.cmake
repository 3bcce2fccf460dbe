# weijian_embed(TARGET FUNCTION FILE...): puts files into the binary.
#
# Generates `std::span<const base::EmbeddedFile> FUNCTION()` (base/embedded.h); names are file names.
function(weijian_embed target function)
    set(directory ${CMAKE_CURRENT_BINARY_DIR}/${function})
    set(assembly ".section .rodata\n")
    set(externs "")
    set(entries "")
    set(index 0)
    foreach(file IN LISTS ARGN)
        get_filename_component(file_name ${file} NAME)
        set(symbol ${function}_${index})
        string(APPEND assembly ".global ${symbol}\n.global ${symbol}_end\n${symbol}:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
        string(APPEND externs "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n")
        string(APPEND entries "        {\"${file_name}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
        math(EXPR index "${index} + 1")
    endforeach()
    string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")
    file(CONFIGURE OUTPUT ${directory}.S CONTENT "${assembly}" @ONLY)
    file(CONFIGURE OUTPUT ${directory}.cpp CONTENT "#include \"base/embedded.h\"\n${externs}
std::span<const base::EmbeddedFile> ${function}()
{
    static const base::EmbeddedFile files[] = {
${entries}    };
    return files;
}
" @ONLY)
    set_source_files_properties(${directory}.S PROPERTIES OBJECT_DEPENDS "${ARGN}" COMPILE_OPTIONS "-Wno-error")
    target_sources(${target} PRIVATE ${directory}.S ${directory}.cpp)
endfunction()
