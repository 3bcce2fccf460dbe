# Compiler flags shared by every target. ccache and mold are used when there. Warnings are errors where we
# develop and test; a release must not fail to build because another compiler warns of more.

find_program(ccache_program ccache)
if(ccache_program)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros ${ccache_program})
endif()

find_program(mold_program mold)
if(mold_program)
    add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wimplicit-fallthrough $<$<NOT:$<CONFIG:Release>>:-Werror>
    -Wno-missing-field-initializers)  # designated initialisers leave the defaults out on purpose
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wshadow=local)  # plain -Wshadow also dislikes enumerators of enum class
    # False alarms of GCC 12 in its own library under optimisation.
    add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
        -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer)
else()
    add_compile_options(-Wshadow)
endif()

# What a precompiled header needs: the same macros in every file, and no time in it, so that ccache keeps them.
add_compile_options(-pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

set(WEIJIAN_SANITIZE "" CACHE STRING "address, thread, or empty")
if(WEIJIAN_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(WEIJIAN_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread -Wno-tsan)
    add_link_options(-fsanitize=thread)
endif()
add_compile_definitions(BOOST_ALL_NO_LIB)
find_package(Threads REQUIRED)
link_libraries(Threads::Threads)
