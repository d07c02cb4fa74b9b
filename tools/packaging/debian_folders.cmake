# Debian's zsh looks for the completions of packages in a folder of its own; run by CPack on what is to be packed.
file(GLOB folders ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/zsh/site-functions)
foreach(folder ${folders})
  file(RENAME ${folder} ${folder}/../vendor-completions)
endforeach()
